import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { clientOf } from '../deployed-stack.ts';

const eventSchema = z.object({
  'detail-type': z.string(),
  detail: z.object({ id: z.string(), metric: z.string(), modelVersion: z.string(), text: z.string() }),
});
type ModelEvent = z.infer<typeof eventSchema>;

/** A queue that gets the events about models from the bus of the installation. @returns what has come since it was asked last. */
export async function modelEvents(
  client: ReturnType<typeof clientOf>,
  EventBusName: string,
): Promise<() => Promise<ModelEvent[]>> {
  const queues = new SQSClient(client);
  const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: 'model-events' }));
  const { Attributes } = await queues.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const events = new EventBridgeClient(client);
  const Rule = 'model-events';
  const EventPattern = JSON.stringify({ 'detail-type': ['Model Promoted', 'Model Rejected'] });
  await events.send(new PutRuleCommand({ EventBusName, Name: Rule, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn }];
  await events.send(new PutTargetsCommand({ EventBusName, Rule, Targets }));
  return async () => {
    const { Messages = [] } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
    );
    return Messages.map(({ Body = '' }) => eventSchema.parse(JSON.parse(Body)));
  };
}
