import { describe, expect, it } from 'vitest';
import { HttpTransport } from '../../lib/connections/http-transport.ts';
import { ResultsRejectedError, ResultsUnavailableError } from '../../lib/results/errors.ts';
import { RemoteWriteResultStore } from '../../lib/results/remote-write/remote-write-result-store.ts';
import type { VerdictRecord } from '../../lib/results/result-store.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { verdictRecord } from './verdict-records.ts';

const STEP_SECONDS = 60;
const NAMES = ['value', 'expected', 'lower', 'upper', 'score', 'anomaly'] as const;

const storeOf = (url: string) =>
  new RemoteWriteResultStore({
    url: `${url}/api/v1/write`,
    headers: {},
    authorization: async ({ headers }) => headers,
    batchSamples: 2000,
    timeoutMilliseconds: 10_000,
    retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    environment: { remainingMilliseconds: () => Infinity, random: () => 0, sleep: async () => {} },
    transport: new HttpTransport(),
  });

/** The newest step that a server takes: it refuses what lies far ahead or an hour behind its own data. */
const lastStep = () => Math.floor(Date.now() / 1000 / STEP_SECONDS) * STEP_SECONDS - 600;

/** Verdicts of some series over some steps that end at `lastStep`, the steps one after the other. */
function verdicts(series: number, steps: number, until: number): VerdictRecord[] {
  const labels = Array.from({ length: series }, (_, index) => ({ instance: `host-${index}` }));
  return Array.from({ length: steps }, (_, step) =>
    labels.map((one) =>
      verdictRecord(one, { timeSeconds: until - (steps - 1 - step) * STEP_SECONDS, value: step }),
    ),
  ).flat();
}

async function query(url: string, expression: string, timeSeconds: number): Promise<number> {
  const address = `${url}/api/v1/query?query=${encodeURIComponent(expression)}&time=${timeSeconds}`;
  const answer = (await (await fetch(address)).json()) as {
    readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  return Number(answer.data.result[0]?.value[1] ?? 0);
}

describe.skipIf(await cannotHave('prometheus'))('a real Prometheus that receives remote write', () => {
  it('has every sample once after 100,000 that are written three times', async () => {
    await using server = await startServer('prometheus');
    const { url } = server.address;
    await using store = storeOf(url);
    const until = lastStep();
    // 834 series of 20 steps with 6 samples each.
    const records = verdicts(834, 20, until);
    await store.write(records);
    for (const _ of [1, 2]) {
      // What it has already is older than the newest, so it says that it is out of order.
      const again = await store.write(records).catch((reason: unknown) => reason);
      expect(again).toBeInstanceOf(ResultsRejectedError);
    }
    const counts = await Promise.all(
      NAMES.map((name) => query(url, `sum(count_over_time(tidemark_${name}[1h]))`, until + 60)),
    );
    expect(counts).toEqual(NAMES.map(() => 834 * 20));
    expect(await query(url, 'sum(tidemark_value{instance="host-7"})', until)).toBe(19);
    expect(await store.check()).toMatchObject({ isUp: true });
  });

  it('refuses what is older than its newest samples: counted and named, and the others are stored', async () => {
    await using server = await startServer('prometheus');
    const { url } = server.address;
    await using store = storeOf(url);
    const until = lastStep();
    await store.write(verdicts(1, 10, until));
    const late = verdictRecord({ instance: 'host-0' }, { timeSeconds: until - 300 });
    const other = verdictRecord({ instance: 'new' }, { timeSeconds: until - 300 });
    const error = await store.write([late, other]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      rejectedCount: 6,
      message: expect.stringMatching(/out of order.*host-0/s),
    });
    expect(await query(url, 'count(tidemark_value{instance="new"})', until - 300)).toBe(1);
  });

  it('that is killed in mid-batch gets the rest when it is back, and has every sample once', async () => {
    await using server = await startServer('prometheus');
    const { url } = server.address;
    await using store = storeOf(url);
    const until = lastStep();
    const records = verdicts(200, 10, until);
    await store.write(records.slice(0, 1000));
    await server.kill();
    await expect(store.write(records.slice(1000))).rejects.toThrow(ResultsUnavailableError);
    await server.start();
    await store.write(records.slice(1000));
    expect(await query(url, 'sum(count_over_time(tidemark_value[1h]))', until + 60)).toBe(2000);
  });

  it('takes every character of a label value', async () => {
    await using server = await startServer('prometheus');
    const { url } = server.address;
    await using store = storeOf(url);
    const until = lastStep();
    // Of surrogates, which are no text by themselves, there are none below this.
    const characters = Array.from({ length: 0x250 }, (_, code) => String.fromCodePoint(code));
    await store.write(
      characters.map((character) => verdictRecord({ label: `a${character}b` }, { timeSeconds: until })),
    );
    expect(await query(url, 'count(tidemark_value)', until)).toBe(characters.length);
  });
});

/** What VictoriaMetrics has taken can be read from its next flush on, and answers from before are remembered. */
async function flushed(url: string): Promise<void> {
  for (const path of ['force_flush', 'resetRollupResultCache']) await fetch(`${url}/internal/${path}`);
}

describe.skipIf(await cannotHave('victoriaMetrics'))(
  'a real VictoriaMetrics that receives remote write',
  () => {
    const started = () =>
      startServer('victoriaMetrics', { settings: { latencyOffsetSeconds: 0, deduplicates: true } });

    it('has every sample once after 100,000 that are written three times', async () => {
      await using server = await started();
      const { url } = server.address;
      await using store = storeOf(url);
      const until = lastStep();
      const records = verdicts(834, 20, until);
      for (const _ of [1, 2, 3]) await store.write(records);
      await flushed(url);
      const counts = await Promise.all(
        NAMES.map((name) => query(url, `sum(count_over_time(tidemark_${name}[1h]))`, until + 60)),
      );
      expect(counts).toEqual(NAMES.map(() => 834 * 20));
      expect(await query(url, 'sum(tidemark_value{instance="host-7"})', until)).toBe(19);
      expect(await store.check()).toMatchObject({ isUp: true });
    });

    it('takes samples in any order', async () => {
      await using server = await started();
      const { url } = server.address;
      await using store = storeOf(url);
      const until = lastStep();
      const records = verdicts(3, 10, until);
      await store.write(records.toReversed());
      await flushed(url);
      expect(await query(url, 'sum(count_over_time(tidemark_value[1h]))', until + 60)).toBe(30);
    });

    it('that is stopped between two batches gets the rest when it is back, and has every sample once', async () => {
      await using server = await started();
      const { url } = server.address;
      await using store = storeOf(url);
      const until = lastStep();
      const records = verdicts(200, 10, until);
      await store.write(records.slice(0, 1000));
      // Killed, it would forget the last five seconds.
      await server.stop();
      await expect(store.write(records.slice(1000))).rejects.toThrow(ResultsUnavailableError);
      await server.start();
      await store.write(records);
      await flushed(url);
      expect(await query(url, 'sum(count_over_time(tidemark_value[1h]))', until + 60)).toBe(2000);
    });
  },
);

describe.skipIf(await cannotHave('prometheus'))('an address that takes no remote write', () => {
  it('says how the receiver is switched on', async () => {
    await using server = await startServer('prometheus');
    const store = storeOf(`${server.address.url}/wrong`);
    await expect(store.write(verdicts(1, 1, lastStep()))).rejects.toThrow(/404|405/);
    expect(await store.check()).toMatchObject({
      isUp: false,
      detail: expect.stringContaining('--web.enable-remote-write-receiver'),
    });
    await store[Symbol.asyncDispose]();
  });
});
