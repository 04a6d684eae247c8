import { randomUUID } from 'node:crypto';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AlertChannel } from '../../lib/alerts/alert-channel.ts';
import { AlertmanagerAlertChannel } from '../../lib/alerts/alertmanager-alert-channel.ts';
import { AlertDeliveryError } from '../../lib/alerts/errors.ts';
import { EventBridgeAlertChannel } from '../../lib/alerts/eventbridge-alert-channel.ts';
import { LogAlertChannel } from '../../lib/alerts/log-alert-channel.ts';
import { HttpTransport } from '../../lib/connections/http-transport.ts';
import { realRetryEnvironment } from '../../lib/connections/retry.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { sampleAlert, sampleContext } from '../alerts/sample-alert.ts';
import { cannotHave, useService } from '../services/shared.ts';

/** A channel with a view of what arrives at its other end. */
interface ChannelOnTrial {
  readonly channel: AlertChannel;
  /** The incidents that have arrived, by id. */
  readonly arrived: () => Promise<Set<string>>;
  /** The same channel when nobody answers; undefined for one that is always there. */
  readonly away: AlertChannel | undefined;
}

const NOBODY = 'http://127.0.0.1:1';
const retries = { attempts: 2, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 };
const common = {
  context: sampleContext,
  retries,
  environment: realRetryEnvironment(() => Infinity),
};

async function logOnTrial(): Promise<ChannelOnTrial> {
  const incidents = new Set<string>();
  const warn = (_: string, fields: Readonly<Record<string, unknown>> = {}) => {
    incidents.add(String(fields.incidentId));
  };
  return {
    channel: new LogAlertChannel({ ...silentLogger, warn }),
    arrived: async () => incidents,
    away: undefined,
  };
}

async function alertmanagerOnTrial(): Promise<ChannelOnTrial> {
  const { url } = await useService('alertmanager');
  const at = (address: string) =>
    new AlertmanagerAlertChannel({
      ...common,
      url: address,
      transport: new HttpTransport(),
      timeoutMilliseconds: 5000,
      resendSeconds: 60,
      tickSeconds: 60,
      labels: {},
      nowSeconds: () => Date.now() / 1000,
    });
  const schema = z.array(z.object({ annotations: z.record(z.string(), z.string()) }));
  return {
    channel: at(url),
    arrived: async () => {
      const alerts = schema.parse(await (await fetch(`${url}/api/v2/alerts`)).json());
      return new Set(alerts.map(({ annotations }) => annotations.incident ?? ''));
    },
    away: at(NOBODY),
  };
}

async function eventBridgeOnTrial(): Promise<ChannelOnTrial> {
  const { endpoint } = await useService('cloud');
  const at = (address: string) => ({
    region: 'us-east-1',
    endpoint: address,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const bus = `bus-${randomUUID()}`;
  const client = new EventBridgeClient(at(endpoint));
  const queues = new SQSClient(at(endpoint));
  await client.send(new CreateEventBusCommand({ Name: bus }));
  const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: bus }));
  const { Attributes } = await queues.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const rule = { Name: `${bus}-all`, EventBusName: bus };
  await client.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['tidemark'] }) }));
  await client.send(
    new PutTargetsCommand({
      Rule: rule.Name,
      EventBusName: bus,
      Targets: [{ Id: 'queue', Arn: Attributes?.QueueArn }],
    }),
  );
  const schema = z.object({ detail: z.object({ incidentId: z.string() }) });
  const incidents = new Set<string>();
  return {
    channel: new EventBridgeAlertChannel({ ...common, client, bus }),
    arrived: async () => {
      const { Messages = [] } = await queues.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body = '', ReceiptHandle } of Messages) {
        incidents.add(schema.parse(JSON.parse(Body)).detail.incidentId);
        await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return incidents;
    },
    away: new EventBridgeAlertChannel({ ...common, client: new EventBridgeClient(at(NOBODY)), bus }),
  };
}

const newAlert = () => sampleAlert({ labels: { instance: randomUUID() }, onsetSeconds: now() });
const now = () => Math.floor(Date.now() / 1000);

describe.each([
  ['log', logOnTrial, false],
  ['alertmanager', alertmanagerOnTrial, await cannotHave('alertmanager')],
  ['eventbridge', eventBridgeOnTrial, await cannotHave('cloud')],
] as const)('the alert channel %s', (name, onTrial, isAbsent) => {
  it.skipIf(isAbsent)('brings each of many alerts to its other end', async () => {
    const { channel, arrived } = await onTrial();
    const alerts = Array.from({ length: 25 }, newAlert);
    await channel.publish(alerts);
    for (const { incidentId } of alerts) await expect.poll(arrived).toContain(incidentId);
  });

  it.skipIf(isAbsent)('takes the same notifications again, and none at all', async () => {
    const { channel, arrived } = await onTrial();
    const alert = newAlert();
    await channel.publish([alert]);
    await channel.publish([alert]);
    await channel.publish([]);
    await channel.refresh?.([alert]);
    await expect.poll(arrived).toContain(alert.incidentId);
  });

  it.skipIf(isAbsent)('takes any label and any explanation', async () => {
    const { channel, arrived } = await onTrial();
    const labels = {
      ...newAlert().labels,
      'http.path': '"\\\n',
      '': 'nameless',
      alertname: 'x',
      empty: '',
      ü: '💥',
    };
    const alert = sampleAlert({ labels, onsetSeconds: now(), explanation: '<b>\u0007"\n\ud800' });
    await channel.publish([alert]);
    await expect.poll(arrived).toContain(alert.incidentId);
  });

  it.skipIf(isAbsent)('says that it is up, under its own name', async () => {
    const { channel } = await onTrial();
    expect(channel.name).toBe(name);
    expect(await channel.check()).toMatchObject({ service: name, isUp: true });
  });

  // The log is never away.
  if (name !== 'log')
    it.skipIf(isAbsent)('names all that it could not send when nobody answers', async () => {
      const { away } = await onTrial();
      const alerts = Array.from({ length: 12 }, newAlert);
      const error: unknown = await away!.publish(alerts).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AlertDeliveryError);
      expect((error as AlertDeliveryError).undelivered).toEqual(alerts);
      expect(await away!.check()).toMatchObject({ service: name, isUp: false });
    });
});
