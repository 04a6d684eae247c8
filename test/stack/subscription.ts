import { randomUUID } from 'node:crypto';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourceCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { clientOf } from './deployed-stack.ts';

const snsMessage = z.object({ Type: z.literal('Notification'), TopicArn: z.string(), Message: z.string() });

/** A queue that is subscribed to the topic, as a team would do it beside the stack. */
function subscriber(topicArn: string): string {
  const queueArn = { 'Fn::GetAtt': ['Queue', 'Arn'] };
  return JSON.stringify({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Queue' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'sns.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: queueArn,
              },
            ],
          },
        },
      },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn },
      },
    },
  });
}

/** What a subscriber of an SNS topic gets. */
export class Subscription {
  readonly #queues: SQSClient;
  readonly #queueUrl: string | undefined;
  readonly #topicArn: string;
  readonly #texts = new Set<string>();

  private constructor(queues: SQSClient, queueUrl: string | undefined, topicArn: string) {
    this.#queues = queues;
    this.#queueUrl = queueUrl;
    this.#topicArn = topicArn;
  }

  static async of(topicArn: string, client: ReturnType<typeof clientOf>): Promise<Subscription> {
    const cloudFormation = new CloudFormationClient(client);
    const StackName = `subscriber-${randomUUID()}`;
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: subscriber(topicArn) }));
    await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60 }, { StackName });
    const { StackResourceDetail } = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Queue' }),
    );
    return new Subscription(new SQSClient(client), StackResourceDetail?.PhysicalResourceId, topicArn);
  }

  /** All texts that have come so far, each once. */
  async texts(): Promise<ReadonlySet<string>> {
    const QueueUrl = this.#queueUrl;
    const { Messages = [] } = await this.#queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      const { TopicArn, Message } = snsMessage.parse(JSON.parse(Body));
      if (TopicArn !== this.#topicArn) throw new Error(`A message of ${TopicArn} came`);
      // A rule's text is a JSON string by AWS; emulators differ in whether they leave the quotes on.
      this.#texts.add(Message.replace(/^"(.*)"$/s, '$1').replaceAll('\\"', '"'));
      await this.#queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return this.#texts;
  }
}
