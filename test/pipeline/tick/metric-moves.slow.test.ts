import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardOf } from '../../../lib/pipeline/tick/shards.ts';
import type { Tick } from '../../../lib/pipeline/tick/tick.ts';
import { decodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import { ResultsUnavailableError } from '../../../lib/results/errors.ts';
import { ObjectConflictError } from '../../../lib/storage/errors.ts';
import { hosts, metricNamed, minute, spikeAt, TickFixture } from './tick-fixture.ts';

const NAMES = ['cpu', 'memory', 'load', 'disk', 'network', 'queue'];
const keyOf = (shard: number) => `state/shard-${shard}.cbor`;

async function spread(): Promise<TickFixture> {
  const around = await TickFixture.make();
  around.metrics = NAMES.map((name) => metricNamed(name));
  around.seriesOf = (query) => hosts(query === 'cpu' ? [spikeAt(2)] : []);
  return around;
}

/** One tick of each of the shards; what fails is left to the next one. */
async function tickAll(
  around: TickFixture,
  count: number,
  shards: number,
  more: Partial<Tick> = {},
): Promise<void> {
  const watched = new Set(NAMES);
  for (let shard = 0; shard < shards; shard += 1) {
    const metrics = around.metrics.filter(({ name }) => shardOf(name, shards) === shard);
    await around.tick(minute(count), { shard, metrics, watched, ...more }).catch(() => {});
  }
}

/** Metric by metric, the shards whose objects hold it. */
async function ownersOf(around: TickFixture): Promise<Record<string, number[]>> {
  const owners: Record<string, number[]> = {};
  for (const key of await around.objects.list('state/shard-')) {
    const { metrics } = decodeShardState((await around.objects.get(key))!.bytes);
    for (const name of metrics.keys()) owners[name] = [...(owners[name] ?? []), Number(/\d+/.exec(key)?.[0])];
  }
  return owners;
}

async function everything(around: TickFixture) {
  return {
    verdicts: (await around.lines('verdict')).toSorted(),
    sent: around.sent.map(({ id }) => id).toSorted(),
  };
}

describe('a change of the number of shards', () => {
  it('moves memories with their watermarks: every step is scored once, as if nothing had changed', async () => {
    await using constant = await spread();
    for (let count = 0; count < 8; count += 1) await tickAll(constant, count, 2);
    await using around = await spread();
    for (let count = 0; count < 8; count += 1) {
      // A deployment brings new containers.
      if (count === 3 || count === 6) around.restart();
      await tickAll(around, count, count < 3 ? 2 : count < 6 ? 5 : 1);
    }
    expect(await everything(around)).toEqual(await everything(constant));
    expect(await ownersOf(around)).toEqual(Object.fromEntries(NAMES.map((name) => [name, [0]])));
  });

  it('takes along what waits to be sent', async () => {
    await using around = await spread();
    for (const count of [0, 1]) await tickAll(around, count, 1);
    around.isChannelDown = true;
    await tickAll(around, 2, 1);
    const waiting = (await around.state(keyOf(0))).outbox.map(({ alert }) => alert.id);
    expect(waiting.length).toBeGreaterThan(0);
    around.isChannelDown = false;
    around.restart();
    const shard = Array.from({ length: 9 }, (_, count) => count + 2).find(
      (count) => shardOf('cpu', count) > 0,
    );
    const owner = shardOf('cpu', shard!);
    const metrics = around.metrics.filter(({ name }) => name === 'cpu');
    const summary = await around.tick(minute(3), { shard: owner, metrics, watched: new Set(NAMES) });
    expect(summary.metricsTakenOver).toEqual(['cpu']);
    expect(around.sent.map(({ id }) => id)).toEqual(expect.arrayContaining(waiting));
    expect((await around.state(keyOf(0))).outbox).toEqual([]);
  });

  it('loses and doubles nothing wherever a write fails, before it is done or after', async () => {
    await using constant = await spread();
    for (let count = 0; count < 10; count += 1) await tickAll(constant, count, 2);
    const expected = await everything(constant);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 14 }), fc.boolean(), async (failing, isDone) => {
        await using around = await spread();
        for (let count = 0; count < 3; count += 1) await tickAll(around, count, 2);
        let puts = 0;
        around.stateObjects = {
          name: 'unreliable',
          get: (key) => around.objects.get(key),
          put: async (key, bytes, condition) => {
            puts += 1;
            if (puts - 1 !== failing) return around.objects.put(key, bytes, condition);
            if (isDone) await around.objects.put(key, bytes, condition);
            throw new Error('S3 is slow');
          },
          list: (prefix) => around.objects.list(prefix),
          delete: (key) => around.objects.delete(key),
          check: () => around.objects.check(),
        };
        for (let count = 3; count < 10; count += 1) {
          around.restart();
          await tickAll(around, count, 3);
        }
        const { verdicts, sent } = await everything(around);
        expect([...new Set(verdicts)]).toEqual(expected.verdicts);
        expect([...new Set(sent)]).toEqual(expected.sent);
        for (const owners of Object.values(await ownersOf(around))) expect(owners).toHaveLength(1);
      }),
      { numRuns: 20, seed: 6 },
    );
  });

  it('follows a shard that ticks while its metric is moved away', async () => {
    await using around = await spread();
    for (let count = 0; count < 2; count += 1) await tickAll(around, count, 1);
    const metrics = around.metrics.filter(({ name }) => name === 'cpu');
    const watched = new Set(NAMES);
    let isFirst = true;
    around.stateObjects = {
      name: 'in between',
      get: (key) => around.objects.get(key),
      put: async (key, bytes, condition) => {
        if (isFirst && key === keyOf(0)) {
          isFirst = false;
          // The old container's tick comes between the copy and the removal.
          const stored = await around.objects.get(key);
          await around.objects.put(key, stored!.bytes, { kind: 'none' });
          await around.objects.put(key, bytes.slice(0, 0), { kind: 'none' });
          await around.objects.put(key, stored!.bytes, { kind: 'none' });
          throw new ObjectConflictError(key);
        }
        return around.objects.put(key, bytes, condition);
      },
      list: (prefix) => around.objects.list(prefix),
      delete: (key) => around.objects.delete(key),
      check: () => around.objects.check(),
    };
    around.restart();
    await around.tick(minute(2), { shard: 7, metrics, watched });
    expect(isFirst).toBe(false);
    expect((await ownersOf(around)).cpu).toEqual([7]);
  });

  it('leaves no end unsent of incidents that were summarized together and went apart', async () => {
    await using around = await spread();
    const [one, other] = ['cpu', NAMES.find((name) => shardOf(name, 2) !== shardOf('cpu', 2))!];
    around.metrics = [one, other].map((name) => metricNamed(name!));
    around.seriesOf = (query) =>
      hosts([{ ...spikeAt(2), size: query === one ? 60 : 25, durationSeconds: query === one ? 60 : 1800 }]);
    const limit = { maximumAlerts: 1 };
    for (let count = 0; count < 4; count += 1) await tickAll(around, count, 1, limit);
    expect(around.sent.map(({ summary, event }) => [summary?.incidents, event.kind])).toEqual([[2, 'onset']]);
    around.restart();
    for (let count = 4; count < 120; count += 1) await tickAll(around, count, 2, limit);
    const records = (await around.lines('alert')).map((line) => JSON.parse(line));
    const ends = records.filter(({ kind }) => kind === 'resolved');
    expect(new Set(ends.map(({ metric }) => metric))).toEqual(new Set([one, other]));
    const sent = around.sent.filter(({ event }) => event.kind === 'resolved');
    for (const { incidentId, timeSeconds } of ends) {
      const isSent = sent.some((alert) =>
        alert.summary === undefined
          ? alert.incidentId === incidentId
          : alert.event.verdict.timeSeconds >= timeSeconds,
      );
      expect([incidentId, isSent]).toEqual([incidentId, true]);
    }
    expect(sent.filter(({ summary }) => summary !== undefined)).toHaveLength(1);
  });
});

describe('results that wait in the spool when the number of shards changes', () => {
  /** Ninety ticks without a store of results; the shards change before it is back. */
  async function outage(around: TickFixture, shardsAt: (tick: number) => number): Promise<void> {
    let shards = shardsAt(0);
    for (let tick = 0; tick < 110; tick += 1) {
      if (shardsAt(tick) !== shards) around.restart();
      shards = shardsAt(tick);
      around.beforeWrite = async () => {
        if (tick >= 3 && tick < 95) throw new ResultsUnavailableError('down');
      };
      await tickAll(around, tick, shards);
    }
  }

  it.each<[string, (tick: number) => number]>([
    ['from one to two', (tick) => (tick < 93 ? 1 : 2)],
    ['from three to one', (tick) => (tick < 93 ? 3 : 1)],
    ['from two to three and back, while it is away', (tick) => (tick >= 40 && tick < 80 ? 3 : 2)],
  ])('%s are all written, and none is left behind', async (_, shardsAt) => {
    await using expected = await spread();
    for (let tick = 0; tick < 110; tick += 1) await tickAll(expected, tick, 1);
    await using around = await spread();
    await outage(around, shardsAt);
    expect(around.errors.filter((error) => error.includes('given up'))).toEqual([]);
    const unique = (lines: readonly string[]) => [...new Set(lines)].toSorted();
    expect(unique(await around.lines('verdict'))).toEqual(unique(await expected.lines('verdict')));
    expect(await around.objects.list('spool/')).toEqual([]);
  });
});
