import { describe, expect, it } from 'vitest';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { collectAndDetect, type TickPorts } from '../../../lib/pipeline/tick/collect-and-detect.ts';
import { ShardStateStore } from '../../../lib/pipeline/tick/shard-state-store.ts';
import { ChampionBaselines } from '../../../lib/pipeline/watch/champion-baselines.ts';
import { decodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import { WarmStates } from '../../../lib/pipeline/watch/warm-states.ts';
import type { WatchedMetric } from '../../../lib/pipeline/watch/watched-metric.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { RecordedResults } from '../tick/recorded-results.ts';
import { DAY, FunctionSource, metric, midnight, trainOnce } from '../training/training-run.ts';

const STEP = 300;
const HOUR = 3600;
const WARM_KEY = 'warm/cpu_usage.cbor';
const usual = (host: string, time: number) =>
  50 + 10 * Math.cos((time / DAY) * 2 * Math.PI) + normalAt(host.length, Math.floor(time / STEP));
const sourceOf = (valueAt = usual, hosts = ['a', 'bb']) =>
  new FunctionSource(hosts, (_, host, time) => valueAt(host, time));

const watched = (changes: Partial<WatchedMetric> = {}): WatchedMetric => ({
  name: 'cpu_usage',
  query: 'cpu_usage',
  monitor: { detector: rarity, settings: defaultDetectionSettings, stepSeconds: STEP },
  delaySeconds: 0,
  maximumCatchUpSeconds: HOUR,
  maximumSeries: 10,
  warmUpSeconds: 7 * DAY,
  ...changes,
});
const trained = [{ ...metric(), ...watched() }];

/** Ticks of one process, which remembers what a warm one does. */
function ticking(objects: ObjectStore, source: FunctionSource, changes: Partial<TickPorts> = {}) {
  const results = new RecordedResults();
  const warned: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warned.push(message) };
  const ports: TickPorts = {
    source,
    results,
    spool: new ResultSpool(objects, { maximumBytes: 1e9, maximumAgeSeconds: 86_400 }),
    states: new ShardStateStore(objects),
    baselines: new ChampionBaselines(new ModelStore(objects), silentLogger),
    warmStates: new WarmStates(objects, logger),
    alerts: [],
    logger,
    elapsedMilliseconds: () => 0,
    ...changes,
  };
  const tick = (timeSeconds: number, as = watched(), more = {}) =>
    collectAndDetect(ports, { shard: 0, timeSeconds, metrics: [as], queryConcurrency: 1, ...more });
  return { results, warned, tick };
}

/** A store in which a training has just left states. */
async function afterTraining(timeSeconds = midnight) {
  const { objects } = temporaryObjects();
  const warmStates = new WarmStates(objects, silentLogger);
  await trainOnce(objects, sourceOf(), timeSeconds, trained, { warmStates });
  return { objects, warmStates };
}

describe('states that a training leaves', () => {
  it('let the first tick judge a new series, with what came since as its only history', async () => {
    const { objects } = await afterTraining();
    const source = sourceOf();
    const { results, tick } = ticking(objects, source);
    const summary = await tick(midnight + 600);
    expect(summary.seriesWarming).toBe(0);
    expect(Math.min(...source.queries.map(({ startSeconds }) => startSeconds))).toBe(midnight - HOUR);
    // The first window of a metric is an hour: all of it is judged.
    expect(results.verdicts.map(({ verdict }) => verdict.kind)).not.toContain('warming-up');
    expect(results.verdicts.every(({ verdict }) => verdict.confidence === 1)).toBe(true);
    expect(results.verdicts.length).toBeGreaterThan(20);
  });

  it('lead to the verdicts of a series that replayed its history by itself', async () => {
    const { objects } = await afterTraining();
    const handed = ticking(objects, sourceOf());
    await handed.tick(midnight + 600);
    const { objects: others } = temporaryObjects();
    await trainOnce(others, sourceOf(), midnight, trained);
    const alone = ticking(others, sourceOf(), { warmStates: undefined });
    await alone.tick(midnight + 600);
    for (let step = 3; step < 60; step += 1) {
      await handed.tick(midnight + step * STEP);
      await alone.tick(midnight + step * STEP);
    }
    expect(handed.results.verdicts).toHaveLength(alone.results.verdicts.length);
    const scores = handed.results.verdicts.map(({ verdict }, index) => [
      verdict.score ?? 0,
      alone.results.verdicts[index]?.verdict.score ?? 0,
    ]);
    // An hour more or less of a week ago makes no difference that anybody would see.
    for (const [one = 0, other = 0] of scores) expect(Math.abs(one - other)).toBeLessThan(0.1);
  });

  it('let a fresh deployment notify an incident minutes after its first tick', async () => {
    const { objects } = await afterTraining();
    const source = sourceOf(
      (host, time) => usual(host, time) + (time >= midnight + 900 && host === 'a' ? 25 : 0),
    );
    const { results, tick } = ticking(objects, source);
    await tick(midnight + 600);
    results.clear();
    await tick(midnight + 900);
    expect(results.alerts.map(({ kind, labels }) => [kind, labels.host])).toEqual([['onset', 'a']]);
  });

  it('are the same when the tick is ended before it has saved and comes again', async () => {
    const { objects } = await afterTraining();
    const ended = ticking(objects, sourceOf(), {
      afterPhase: (phase) => {
        if (phase === 'write') throw new Error('the process was ended');
      },
    });
    await expect(ended.tick(midnight + 600)).rejects.toThrow('was ended');
    const again = ticking(objects, sourceOf());
    await again.tick(midnight + 600);
    const { objects: others } = await afterTraining();
    await ticking(others, sourceOf()).tick(midnight + 600);
    const stateOf = async (store: ObjectStore) => (await store.get('state/shard-0.cbor'))?.bytes;
    expect(await stateOf(objects)).toEqual(await stateOf(others));
  });

  it('are not asked for while no series is new, and then once in ten minutes', async () => {
    const { objects } = await afterTraining();
    const asked: string[] = [];
    const counted = (store: typeof objects) => {
      const counting = Object.assign(Object.create(store) as typeof objects, {
        get: (key: string) => {
          asked.push(key);
          return store.get(key);
        },
      });
      return { warmStates: new WarmStates(counting, silentLogger) };
    };
    const { tick } = ticking(objects, sourceOf(), counted(objects));
    await tick(midnight + 600);
    expect(asked).toEqual([WARM_KEY]);
    for (let step = 3; step < 20; step += 1) await tick(midnight + step * STEP);
    expect(asked).toHaveLength(1);
    // Series that take a while to be warmed look again, but not at every tick.
    asked.length = 0;
    const { warmStates } = counted(objects);
    const memory = decodeShardState((await objects.get(WARM_KEY))!.bytes).metrics.get('cpu_usage')!;
    for (let minute = 0; minute < 12; minute += 1)
      await warmStates.takeOver(watched(), memory, midnight + minute * 60);
    expect(asked).toHaveLength(2);
  });

  it.each([
    [
      'cut',
      async (objects: ObjectStore, bytes: Uint8Array) => {
        await objects.put(WARM_KEY, bytes.subarray(0, 1000), { kind: 'none' });
      },
      watched(),
    ],
    ['of another step', async () => {}, watched({ monitor: { ...watched().monitor, stepSeconds: 600 } })],
    [
      'of another detector',
      async () => {},
      watched({ monitor: { ...watched().monitor, detector: ewmaChart } }),
    ],
  ])('are not used, with a warning, when they are %s', async (_, damage, as) => {
    const { objects } = await afterTraining();
    await damage(objects, (await objects.get(WARM_KEY))!.bytes);
    const source = sourceOf();
    const { warned, tick } = ticking(objects, source);
    const summary = await tick(midnight + 600, as);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toContain('The states that a training stored');
    expect(summary.seriesWarming).toBe(0);
    expect(Math.min(...source.queries.map(({ startSeconds }) => startSeconds))).toBeLessThan(
      midnight - 6 * DAY,
    );
  });

  it('are not used for series that have been live for longer than they reach back', async () => {
    const { objects } = temporaryObjects();
    const source = sourceOf();
    const { tick } = ticking(objects, source);
    // Seen at eleven, and not yet warmed when a training of the next midnight is done.
    await tick(midnight - HOUR - 60, watched(), { warmUpSeries: 1, pointsPerQuery: 10 });
    const warmStates = new WarmStates(objects, silentLogger);
    await trainOnce(objects, sourceOf(), midnight, trained, { warmStates });
    source.queries.length = 0;
    await tick(midnight + 600);
    expect(Math.min(...source.queries.map(({ startSeconds }) => startSeconds))).toBeLessThan(midnight - DAY);
  });

  it('are left for new series alone, and what was left before stays while there are none', async () => {
    const { objects, warmStates } = await afterTraining();
    const first = await objects.get(WARM_KEY);
    expect(first).toBeDefined();
    await trainOnce(objects, sourceOf(), midnight + DAY, trained, { warmStates });
    expect(await objects.get(WARM_KEY)).toEqual(first);
    const more = sourceOf(usual, ['a', 'bb', 'ccc']);
    await trainOnce(objects, more, midnight + 2 * DAY, trained, { warmStates });
    const left = decodeShardState((await objects.get(WARM_KEY))!.bytes).metrics.get('cpu_usage');
    expect([...(left?.series.keys() ?? [])]).toEqual(['{host="ccc"}']);
  });

  it('are not made where the tick replays nothing, or at another step than models are trained from', async () => {
    const { objects } = temporaryObjects();
    const warmStates = new WarmStates(objects, silentLogger);
    const none = [{ ...metric(), ...watched({ warmUpSeconds: 0 }) }];
    await trainOnce(objects, sourceOf(), midnight, none, { warmStates });
    const seconds = watched({ monitor: { ...watched().monitor, stepSeconds: 1 } });
    const fine = [{ ...metric({ stepSeconds: 300 }), ...seconds }];
    await trainOnce(temporaryObjects().objects, sourceOf(), midnight, fine, { warmStates });
    expect(await objects.list('warm/')).toEqual([]);
  });

  it('are skipped with a warning when they cannot be stored', async () => {
    const { objects } = temporaryObjects();
    const full = Object.assign(Object.create(objects) as typeof objects, {
      put: () => Promise.reject(new Error('no space left')),
    });
    const warmStates = new WarmStates(full, silentLogger);
    const metrics = await trainOnce(objects, sourceOf(), midnight, trained, { warmStates });
    expect(metrics[0]?.status).toBe('promoted');
    expect(metrics[0]?.warnings).toEqual([
      'Could not replay the history of new series; the ticks replay it instead: no space left',
    ]);
  });
});
