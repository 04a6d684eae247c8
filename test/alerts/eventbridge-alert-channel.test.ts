import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../lib/alerts/alert-channel.ts';
import { AlertDeliveryError } from '../../lib/alerts/errors.ts';
import { EventBridgeAlertChannel } from '../../lib/alerts/eventbridge-alert-channel.ts';
import { ONSET_SECONDS, sampleAlert, sampleContext } from './sample-alert.ts';

interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName: string;
  readonly Time: number;
}
type Outcome = { readonly ErrorCode?: string; readonly ErrorMessage?: string; readonly EventId?: string };
type Answer = readonly Outcome[] | { readonly status: number; readonly type: string } | Error;

const taken = { EventId: 'e' };
const throttled = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };

/** The real client over a line that answers what EventBridge answers, which no emulator can be made to say. */
function busThat(answer: (entries: readonly PutEntry[], call: number) => Answer) {
  const calls: PutEntry[][] = [];
  const pauses: number[] = [];
  const client = new EventBridgeClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      async handle({ body }: { readonly body: Uint8Array }) {
        const { Entries: entries } = JSON.parse(new TextDecoder().decode(body)) as { Entries: PutEntry[] };
        calls.push(entries);
        const said = answer(entries, calls.length - 1);
        if (said instanceof Error) throw said;
        const isFault = 'status' in said;
        const text = isFault
          ? { __type: said.type, message: 'no' }
          : { FailedEntryCount: said.filter(({ EventId }) => !EventId).length, Entries: said };
        return {
          response: {
            statusCode: isFault ? said.status : 200,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: new TextEncoder().encode(JSON.stringify(text)),
          },
        };
      },
    },
  });
  const channel = new EventBridgeAlertChannel({
    client,
    bus: 'tidemark',
    context: sampleContext,
    retries: { attempts: 3, baseDelayMilliseconds: 100, maximumDelayMilliseconds: 1000 },
    environment: {
      remainingMilliseconds: () => 10_000,
      random: () => 0.5,
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    },
  });
  const ids = () =>
    calls.map((entries) => entries.map(({ Detail }) => (JSON.parse(Detail) as { id: string }).id));
  return { channel, calls, pauses, ids };
}

const series = (index: number) => sampleAlert({ labels: { instance: `host-${index}` } });
const manyAlerts = (count: number) => Array.from({ length: count }, (_, index) => series(index));
const takeAll = (entries: readonly PutEntry[]) => entries.map(() => taken);

async function failureOf(alerts: readonly Alert[], publish: Promise<void>) {
  const error: unknown = await publish.then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof AlertDeliveryError)) throw new Error(`no AlertDeliveryError but ${error}`);
  return { error, undelivered: error.undelivered.map((alert) => alerts.indexOf(alert)) };
}

describe('the EventBridge channel', () => {
  it('sends each alert as one event with everything that a receiver needs', async () => {
    const { channel, calls } = busThat(takeAll);
    const alert = sampleAlert();
    await channel.publish([alert]);
    const [entry] = calls[0]!;
    expect(entry).toMatchObject({
      EventBusName: 'tidemark',
      Source: 'tidemark',
      DetailType: 'Anomaly Opened',
      Time: ONSET_SECONDS,
    });
    expect(JSON.parse(entry!.Detail)).toEqual({
      version: 1,
      id: alert.id,
      incidentId: alert.incidentId,
      kind: 'onset',
      environment: 'production',
      metric: 'cpu_usage',
      labels: { instance: 'a:9100', mode: 'user' },
      series: '{instance="a:9100",mode="user"}',
      onset: '2026-05-28T20:27:00Z',
      time: '2026-05-28T20:27:00Z',
      value: 0.93,
      expected: 0.41,
      lower: 0.2,
      upper: null,
      score: 6.25,
      confidence: 0.8,
      channel: 'fast',
      title: 'cpu_usage is anomalous (instance=a:9100, mode=user)',
      reason: alert.event.explanation,
      link: 'http://grafana/d/tidemark?var-metric=cpu_usage',
      text: expect.stringContaining('cpu_usage is anomalous'),
    });
  });

  it('names opened, updated and resolved incidents differently', async () => {
    const { channel, calls } = busThat(takeAll);
    const kinds = ['onset', 'escalation', 'new-spike', 'resolved'] as const;
    await channel.publish(
      kinds.map((kind, index) => sampleAlert({ kind, timeSeconds: ONSET_SECONDS + index })),
    );
    expect(calls[0]!.map(({ DetailType }) => DetailType)).toEqual([
      'Anomaly Opened',
      'Anomaly Updated',
      'Anomaly Updated',
      'Anomaly Resolved',
    ]);
  });

  it('puts at most ten entries in a call', async () => {
    const { channel, calls } = busThat(takeAll);
    await channel.publish(manyAlerts(23));
    expect(calls.map(({ length }) => length)).toEqual([10, 10, 3]);
  });

  it('puts at most 256 KB in a call', async () => {
    const { channel, calls } = busThat(takeAll);
    // Twice in the detail, in UTF-8 two bytes a character: 120 KB each.
    const explanation = 'ü'.repeat(30_000);
    await channel.publish(manyAlerts(5).map((alert) => sampleAlert({ labels: alert.labels, explanation })));
    expect(calls.map(({ length }) => length)).toEqual([2, 2, 1]);
    for (const call of calls) {
      const bytes = call.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0);
      expect(bytes).toBeLessThan(256 * 1024);
    }
  });

  it('puts again only the entries that failed, with longer and longer pauses, under the same ids', async () => {
    const alerts = manyAlerts(4);
    const { channel, ids, pauses } = busThat((entries, call) =>
      call === 0 ? [taken, throttled, taken, throttled] : call === 1 ? [throttled, taken] : takeAll(entries),
    );
    await channel.publish(alerts);
    const [, second, , fourth] = alerts.map(({ id }) => id);
    expect(ids().slice(1)).toEqual([[second, fourth], [second]]);
    expect(pauses).toEqual([50, 100]);
  });

  it('says which alerts were not taken when the tries are used up, and why', async () => {
    const alerts = manyAlerts(3);
    const { channel, calls } = busThat((entries) =>
      entries.map(({ Detail }) => (Detail.includes('host-1') ? throttled : taken)),
    );
    const { error, undelivered } = await failureOf(alerts, channel.publish(alerts));
    expect(undelivered).toEqual([1]);
    expect(error.message).toBe(
      '1 of 3 alerts did not reach the event bus "tidemark": ThrottlingException Rate exceeded',
    );
    expect(calls).toHaveLength(3);
  });

  it('does not repeat an entry that is refused for what it is, nor withholds the others for it', async () => {
    const alerts = manyAlerts(12);
    const { channel, calls } = busThat((entries, call) =>
      call === 0 ? entries.map((_, index) => (index === 4 ? malformed : taken)) : takeAll(entries),
    );
    const { undelivered } = await failureOf(alerts, channel.publish(alerts));
    expect(undelivered).toEqual([4]);
    expect(calls.map(({ length }) => length)).toEqual([10, 2]);
  });

  it('repeats a call that did not get through', async () => {
    const { channel, calls } = busThat((entries, call) => {
      if (call === 0) return new Error('ECONNRESET');
      return call === 1 ? { status: 500, type: 'InternalException' } : takeAll(entries);
    });
    await channel.publish(manyAlerts(2));
    expect(calls.map(({ length }) => length)).toEqual([2, 2, 2]);
  });

  it('does not repeat a call that is refused, and says what the service said', async () => {
    const alerts = manyAlerts(2);
    const { channel, calls } = busThat(() => ({ status: 400, type: 'ResourceNotFoundException' }));
    const { error, undelivered } = await failureOf(alerts, channel.publish(alerts));
    expect(undelivered).toEqual([0, 1]);
    expect(error.message).toContain('ResourceNotFoundException');
    expect(calls).toHaveLength(1);
  });

  it('counts an entry without an answer as not taken', async () => {
    const alerts = manyAlerts(2);
    const { channel } = busThat(() => [taken]);
    expect((await failureOf(alerts, channel.publish(alerts))).undelivered).toEqual([1]);
  });
});
