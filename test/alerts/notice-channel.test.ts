import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { NoticeDeliveryError } from '../../lib/alerts/errors.ts';
import { EventBridgeNoticeChannel } from '../../lib/alerts/eventbridge-notice-channel.ts';
import { LogNoticeChannel } from '../../lib/alerts/log-notice-channel.ts';
import type { Notice } from '../../lib/alerts/notice-channel.ts';
import { openNoticeChannels } from '../../lib/alerts/open-alert-channels.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { realRetryEnvironment } from '../../lib/connections/retry.ts';
import { type LogFields, silentLogger } from '../../lib/telemetry/logger.ts';

const notice: Notice = {
  id: '0123456789abcdef',
  kind: 'modelRejected',
  timeSeconds: Date.UTC(2026, 2, 2, 3) / 1000,
  metric: 'cpu_usage',
  text: 'cpu_usage: no new model is good enough, the models in use stay.',
  facts: { run: 'night', modelVersion: null, series: { series: 2 } },
};

interface PutEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
}

/** The real client over a line that answers what EventBridge answers. */
function busThat(outcome: object) {
  const entries: PutEntry[] = [];
  const client = new EventBridgeClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      async handle({ body }: { readonly body: Uint8Array }) {
        const request: { Entries: PutEntry[] } = JSON.parse(new TextDecoder().decode(body));
        entries.push(...request.Entries);
        const answer = { FailedEntryCount: 0, Entries: request.Entries.map(() => outcome) };
        const bytes = new TextEncoder().encode(JSON.stringify(answer));
        return {
          response: {
            statusCode: 200,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: bytes,
          },
        };
      },
    },
  });
  const channel = new EventBridgeNoticeChannel({
    client,
    bus: 'tidemark',
    installation: 'production',
    retries: { attempts: 1, baseDelayMilliseconds: 0, maximumDelayMilliseconds: 0 },
    environment: realRetryEnvironment(() => Infinity),
  });
  return { channel, entries };
}

describe('notices on EventBridge', () => {
  it('are events with a text for people and the facts for programs', async () => {
    const { channel, entries } = busThat({ EventId: 'e' });
    await channel.announce([notice]);
    expect(entries).toMatchObject([
      {
        EventBusName: 'tidemark',
        Source: 'tidemark',
        DetailType: 'Model Rejected',
        Time: notice.timeSeconds,
      },
    ]);
    expect(JSON.parse(entries[0]!.Detail)).toEqual({
      version: 1,
      id: '0123456789abcdef',
      environment: 'production',
      time: '2026-03-02T03:00:00Z',
      metric: 'cpu_usage',
      run: 'night',
      modelVersion: null,
      series: { series: 2 },
      text: '[production] cpu_usage: no new model is good enough, the models in use stay.',
    });
  });

  it('that the bus does not take are reported, with its reason', async () => {
    const { channel } = busThat({ ErrorCode: 'NotAuthorized', ErrorMessage: 'no permission' });
    const failure = channel.announce([notice]);
    await expect(failure).rejects.toThrow(NoticeDeliveryError);
    await expect(failure).rejects.toThrow(/1 of 1 notices.*"tidemark": NotAuthorized no permission/);
  });

  it('ask nothing of the bus when there are none', async () => {
    const { channel, entries } = busThat({ EventId: 'e' });
    await channel.announce([]);
    expect(entries).toEqual([]);
  });
});

describe('notices in the log', () => {
  it('are entries that say what the event says', async () => {
    const entries: [string, LogFields | undefined][] = [];
    const logger = {
      ...silentLogger,
      info: (text: string, fields?: LogFields) => entries.push([text, fields]),
    };
    await new LogNoticeChannel(logger).announce([notice]);
    expect(entries).toMatchObject([
      [notice.text, { kind: 'modelRejected', metric: 'cpu_usage', run: 'night' }],
    ]);
  });
});

describe('the channels of notices', () => {
  const opened = (alerts: object, environment: Record<string, string>) =>
    openNoticeChannels(
      configurationSchema.parse({ source: { kind: 'simulation' }, metrics: [{ name: 'cpu' }], alerts }),
      { logger: silentLogger, environment, retries: realRetryEnvironment(() => Infinity) },
    ).map(({ name }) => name);

  it.each([
    [{ log: true, eventbridge: {} }, { AWS_REGION: 'eu-central-1' }, ['log', 'eventbridge']],
    [{ log: false, eventbridge: {} }, { AWS_REGION: 'eu-central-1' }, ['eventbridge']],
    [{ log: true, eventbridge: {} }, {}, ['log']],
    [{ log: false }, { AWS_REGION: 'eu-central-1' }, []],
  ])('of %j in %j are %j', (alerts, environment, names) => {
    expect(opened(alerts, environment)).toEqual(names);
  });
});
