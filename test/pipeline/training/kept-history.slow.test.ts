import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HistoryStore } from '../../../lib/models/history-store.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import type { CachedHistory } from '../../../lib/pipeline/training/raw-history.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { DAY, FunctionSource, metric, midnight, trainOnce } from './training-run.ts';

const NIGHT = midnight + 3 * 3600;
const rhythm = (host: string, time: number) =>
  50 + 10 * Math.cos((time / DAY) * 2 * Math.PI) + normalAt(host.length, Math.floor(time / 300));
/** A host is away for two days, another appears late. */
const measured = (host: string, time: number) => {
  const day = Math.floor((time - midnight) / DAY);
  if (host === 'a' && (day === -6 || day === -5)) return undefined;
  if (host === 'zz' && day < -8) return undefined;
  return rhythm(host, time);
};
const sourceOf = (valueAt: typeof measured = measured) =>
  new FunctionSource(['a', 'bb', 'zz'], (_, host, time) => valueAt(host, time));

function keptIn(
  objects: ReturnType<typeof temporaryObjects>['objects'],
): CachedHistory & { warned: string[] } {
  const warned: string[] = [];
  const warn = (message: string) => warned.push(message);
  const logger = { ...silentLogger, warn };
  return { store: new HistoryStore(objects), source: 'here', settleSeconds: 60, logger, warned };
}

const spanOf = ({ queries }: FunctionSource) =>
  queries.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);
const dayKeys = async (objects: ReturnType<typeof temporaryObjects>['objects']) =>
  await objects.list('history/');

describe('history that is kept', () => {
  it('is not asked for again: the next night asks for its new day alone, and the models are the same to the bit', async () => {
    const { objects } = temporaryObjects();
    const cachedHistory = keptIn(objects);
    const first = sourceOf();
    await trainOnce(objects, first, NIGHT, undefined, { cachedHistory });
    expect(spanOf(first).at(0)?.[0]).toBe(NIGHT - 15 * DAY);
    expect(await dayKeys(objects)).toHaveLength(14);
    const second = sourceOf();
    const metrics = await trainOnce(objects, second, NIGHT + DAY, undefined, { cachedHistory });
    expect(spanOf(second)).toEqual([[midnight, NIGHT + DAY - 300]]);

    const { objects: others } = temporaryObjects();
    for (const night of [NIGHT, NIGHT + DAY]) await trainOnce(others, sourceOf(), night);
    const [one, other] = [new ModelStore(objects), new ModelStore(others)];
    expect(await one.versions('cpu_usage')).toEqual(await other.versions('cpu_usage'));
    const version = metrics[0]?.version ?? '';
    expect(version).not.toBe('');
    expect(await one.load('cpu_usage', version)).toEqual(await other.load('cpu_usage', version));
  });

  it('goes on where an interrupted run ended', async () => {
    const { objects } = temporaryObjects();
    const cachedHistory = keptIn(objects);
    let asked = 0;
    const failing = sourceOf((host, time) => {
      if (host === 'a' && time >= midnight - 7 * DAY) throw new Error('connection reset');
      asked += 1;
      return measured(host, time);
    });
    const metrics = await trainOnce(objects, failing, NIGHT, undefined, { cachedHistory });
    expect(metrics[0]).toMatchObject({ status: 'failed', reason: 'connection reset' });
    expect(asked).toBeGreaterThan(0);
    const keptDays = (await dayKeys(objects)).length;
    expect(keptDays).toBeGreaterThan(4);
    const again = sourceOf();
    await trainOnce(objects, again, NIGHT, undefined, { cachedHistory });
    const firstMissing = midnight - (14 - keptDays) * DAY;
    // The part of the oldest day that the window begins in is asked for, and then what is missing.
    expect(spanOf(again)[0]).toEqual([NIGHT - 15 * DAY, midnight - 14 * DAY - 300]);
    expect(spanOf(again)[1]?.[0]).toBe(firstMissing);
  });

  it('is whole days alone, and no day that may still get samples', async () => {
    const { objects } = temporaryObjects();
    await trainOnce(objects, sourceOf(), midnight + 30, undefined, { cachedHistory: keptIn(objects) });
    const [newest] = (await dayKeys(objects)).toReversed();
    expect(newest).toMatch(/\/2026-02-28\.cbor$/);
    await trainOnce(objects, sourceOf(), midnight + 60, undefined, { cachedHistory: keptIn(objects) });
    expect((await dayKeys(objects)).at(-1)).toMatch(/\/2026-03-01\.cbor$/);
  });

  it('waits for the clock of the source, not for that of the caller', async () => {
    const { objects } = temporaryObjects();
    const source = sourceOf();
    const behind = Object.assign(Object.create(source) as FunctionSource, {
      queryRange: async (query: Parameters<typeof source.queryRange>[0]) => ({
        ...(await source.queryRange(query)),
        clockSeconds: midnight - DAY + 30,
      }),
    });
    await trainOnce(objects, behind, NIGHT, undefined, { cachedHistory: keptIn(objects) });
    expect((await dayKeys(objects)).at(-1)).toMatch(/\/2026-02-27\.cbor$/);
  });

  it('is another one for another query, step or source', async () => {
    const { objects } = temporaryObjects();
    const cachedHistory = keptIn(objects);
    await trainOnce(objects, sourceOf(), NIGHT, undefined, { cachedHistory });
    const asks = async (changes: object, other: CachedHistory = cachedHistory) => {
      const source = sourceOf();
      await trainOnce(objects, source, NIGHT, [{ ...metric(), ...changes }], { cachedHistory: other });
      return (source.queries[0]?.startSeconds ?? 0) < midnight;
    };
    expect(await asks({ query: 'another' })).toBe(true);
    expect(await asks({ stepSeconds: 100 })).toBe(true);
    expect(await asks({}, { ...cachedHistory, source: 'there' })).toBe(true);
    const source = sourceOf();
    await trainOnce(objects, source, NIGHT, undefined, { cachedHistory });
    expect(spanOf(source)).toEqual([
      [NIGHT - 15 * DAY, midnight - 14 * DAY - 300],
      [midnight, NIGHT - 300],
    ]);
  });

  it.each([
    ['cut', (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2)],
    ['changed', (bytes: Uint8Array) => bytes.map((byte, index) => (index === 4000 ? byte ^ 1 : byte))],
    ['of a later format', (bytes: Uint8Array) => bytes.map((byte, index) => (index === 4 ? 99 : byte))],
    ['something else', () => new TextEncoder().encode('{"a":1}')],
  ])('is queried again where an object is %s, with a warning', async (_, damage) => {
    const { objects, folder } = temporaryObjects();
    const cachedHistory = keptIn(objects);
    await trainOnce(objects, sourceOf(), NIGHT, undefined, { cachedHistory });
    const key = (await dayKeys(objects))[6]!;
    const whole = (await objects.get(key))!.bytes;
    writeFileSync(join(folder, key), damage(whole));
    const source = sourceOf();
    await trainOnce(objects, source, NIGHT, undefined, { cachedHistory });
    const day = Date.parse(key.slice(-15, -5)) / 1000;
    expect(spanOf(source)).toContainEqual([day, day + DAY - 300]);
    expect(cachedHistory.warned).toEqual(['Could not read a cached day of history; querying it again']);
    expect((await objects.get(key))!.bytes).toEqual(whole);
  });

  it('holds what was measured, whatever no fit shall see', async () => {
    const { objects } = temporaryObjects();
    const cachedHistory = keptIn(objects);
    const exclude = [{ fromSeconds: midnight - 5 * DAY, toSeconds: midnight - 4 * DAY }];
    await trainOnce(objects, sourceOf(), NIGHT, [metric({ exclude })], { cachedHistory });
    const metrics = await trainOnce(temporaryObjects().objects, sourceOf(), NIGHT, undefined, {
      cachedHistory,
    });
    const plain = await trainOnce(temporaryObjects().objects, sourceOf(), NIGHT);
    expect(metrics[0]?.series).toEqual(plain[0]?.series);
  });

  it('is not kept of partial answers, of days without a series, or of a simulation, which no model learns from', async () => {
    const { objects } = temporaryObjects();
    const cachedHistory = keptIn(objects);
    const source = sourceOf((host, time) => (time < midnight - 3 * DAY ? undefined : measured(host, time)));
    const partial = Object.assign(Object.create(source) as FunctionSource, {
      queryRange: async (query: Parameters<typeof source.queryRange>[0]) => ({
        ...(await source.queryRange(query)),
        warnings: ['a store gateway is away'],
      }),
    });
    await trainOnce(objects, partial, NIGHT, undefined, { cachedHistory });
    expect(await dayKeys(objects)).toEqual([]);
    await trainOnce(objects, source, NIGHT, undefined, { cachedHistory });
    expect(await dayKeys(objects)).toHaveLength(3);
    const invented = Object.assign(sourceOf(), { isSimulated: true });
    const { objects: empty } = temporaryObjects();
    await trainOnce(empty, invented, NIGHT, undefined, {
      cachedHistory: keptIn(empty),
      allowSimulated: true,
    });
    expect(await dayKeys(empty)).toEqual([]);
    const fallback = Object.assign(Object.create(source) as FunctionSource, {
      queryRange: async (query: Parameters<typeof source.queryRange>[0]) => ({
        ...(await source.queryRange(query)),
        isSimulated: true,
      }),
    });
    const metrics = await trainOnce(empty, fallback, NIGHT, undefined, { cachedHistory: keptIn(empty) });
    expect(metrics[0]).toMatchObject({ status: 'failed' });
    expect(metrics[0]?.reason).toContain(
      '"function" is unavailable and a simulation answered as its fallback',
    );
    expect(await empty.list('history/')).toEqual([]);
  });

  it('goes when no window can reach it any more', async () => {
    const { objects } = temporaryObjects();
    const cachedHistory = keptIn(objects);
    await trainOnce(objects, sourceOf(), NIGHT, undefined, { cachedHistory });
    await trainOnce(objects, sourceOf(), NIGHT, [{ ...metric(), query: 'before a change' }], {
      cachedHistory,
    });
    await trainOnce(objects, sourceOf(), NIGHT + 10 * DAY, undefined, { cachedHistory });
    const days = (await dayKeys(objects)).map((key) => key.slice(-15, -5));
    // The window begins on 25 February at 03:00.
    expect(days.toSorted()[0]).toBe('2026-02-25');
  });

  it('does without a store that is away', async () => {
    const { objects } = temporaryObjects();
    const away = Object.assign(Object.create(objects) as typeof objects, {
      get: () => Promise.reject(new Error('503 slow down')),
      put: () => Promise.reject(new Error('503 slow down')),
      list: () => Promise.reject(new Error('503 slow down')),
    });
    const cachedHistory = keptIn(away);
    const metrics = await trainOnce(objects, sourceOf(), NIGHT, undefined, { cachedHistory });
    expect(metrics[0]?.status).toBe('promoted');
    expect(new Set(cachedHistory.warned)).toEqual(
      new Set([
        'Could not read a cached day of history; querying it again',
        'Could not cache a day of history; the next training queries it again',
        'Could not remove old days of cached history',
      ]),
    );
  });

  it('does not hide that a metric has more series than it may have', async () => {
    const { objects } = temporaryObjects();
    const cachedHistory = keptIn(objects);
    await trainOnce(objects, sourceOf(), NIGHT, undefined, { cachedHistory });
    const limited = { ...metric(), maximumSeries: 2 };
    const metrics = await trainOnce(objects, sourceOf(), NIGHT, [limited], { cachedHistory });
    expect(metrics[0]?.reason).toContain('3 series, the limit is 2');
  });
});
