import { randomUUID } from 'node:crypto';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourceCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alertText } from '../../lib/alerts/alert-text.ts';
import { EventBridgeAlertChannel } from '../../lib/alerts/eventbridge-alert-channel.ts';
import { realRetryEnvironment } from '../../lib/telemetry/retry.ts';
import { sampleAlert, sampleSurroundings } from '../alerts/sample-alert.ts';
import { deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, useService } from '../services/shared.ts';

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

describe.skipIf(await cannotHave('cloud', 'prometheus', 'influxdb'))('the deployed alert bus', () => {
  it('forwards opened, updated and resolved incidents as readable text to who subscribed the topic', async () => {
    const services = {
      cloud: await useService('cloud'),
      prometheus: await useService('prometheus'),
      influxdb: await useService('influxdb'),
    };
    const { outputs } = await deployLocally(services, { progress: silentProgress });
    const output = (name: string) =>
      Object.entries(outputs).find(([key]) => key.includes(name))?.[1] ?? `no output ${name}`;
    const client = {
      region: 'us-east-1',
      endpoint: services.cloud.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    const topicArn = output('TopicArn');
    const cloudFormation = new CloudFormationClient(client);
    const StackName = `subscriber-${randomUUID()}`;
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: subscriber(topicArn) }));
    await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60 }, { StackName });
    const { StackResourceDetail } = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Queue' }),
    );
    const QueueUrl = StackResourceDetail?.PhysicalResourceId;

    const bus = output('BusName');
    expect(bus).toBe('tidemark');
    const channel = new EventBridgeAlertChannel({
      client: new EventBridgeClient({ ...client, maxAttempts: 1 }),
      bus,
      surroundings: sampleSurroundings,
      retries: { attempts: 3, baseDelayMilliseconds: 100, maximumDelayMilliseconds: 1000 },
      environment: realRetryEnvironment(() => Infinity),
    });
    const onsetSeconds = Math.floor(Date.now() / 1000) - 600;
    const news = { onsetSeconds, labels: { instance: 'a "quoted" host' } };
    const alerts = [
      sampleAlert(news),
      sampleAlert({ ...news, kind: 'escalation', timeSeconds: onsetSeconds + 60 }),
      sampleAlert({ ...news, kind: 'resolved', timeSeconds: onsetSeconds + 500 }),
    ];
    await channel.publish(alerts);

    const queues = new SQSClient(client);
    const texts = new Set<string>();
    const received = async () => {
      const { Messages = [] } = await queues.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body = '', ReceiptHandle } of Messages) {
        const { TopicArn, Message } = snsMessage.parse(JSON.parse(Body));
        expect(TopicArn).toBe(topicArn);
        // A rule's text is a JSON string by AWS; emulators differ in whether they leave the quotes on.
        texts.add(Message.replace(/^"(.*)"$/s, '$1').replaceAll('\\"', '"'));
        await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return texts;
    };
    const expected = new Set(alerts.map((alert) => alertText(alert, sampleSurroundings)));
    await expect.poll(received, { timeout: 30_000 }).toEqual(expected);
  });
});
