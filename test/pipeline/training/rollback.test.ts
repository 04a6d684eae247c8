import { describe, expect, it } from 'vitest';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { collectAndDetect } from '../../../lib/pipeline/tick/collect-and-detect.ts';
import { ShardStateStore } from '../../../lib/pipeline/tick/shard-state-store.ts';
import { ChampionBaselines } from '../../../lib/pipeline/watch/champion-baselines.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { RecordedResults } from '../tick/recorded-results.ts';
import { DAY, FunctionSource, metric, midnight, trainOnce } from './training-run.ts';
import { measured, STEP } from './troubled-month.ts';

const nightly = metric({ stepSeconds: STEP }, 'cpu_usage', STEP);
const watched = ['host-0', 'host-4', 'host-7'];
const source = new FunctionSource(watched, (_, name, time) => measured(name, time));

/** The verdicts of a day's ticks, four an hour, by detectors that begin with nothing and the models in use. */
async function verdictsOfADay(models: ModelStore, firstSeconds: number): Promise<unknown[]> {
  const results = new RecordedResults();
  const ports = {
    source,
    results,
    spool: new ResultSpool(temporaryObjects().objects, { maximumBytes: 1e9, maximumAgeSeconds: 86_400 }),
    states: new ShardStateStore(temporaryObjects().objects),
    baselines: new ChampionBaselines(models, silentLogger),
    alerts: [],
    logger: silentLogger,
    elapsedMilliseconds: () => 0,
  };
  const { name, query, monitor, maximumSeries } = nightly;
  const watching = {
    name,
    query,
    maximumSeries,
    monitor: { ...monitor, stepSeconds: STEP },
    delaySeconds: 0,
    maximumCatchUpSeconds: 7 * DAY,
  };
  for (let step = 0; step < DAY / STEP; step += 4) {
    const timeSeconds = firstSeconds + step * STEP;
    await collectAndDetect(ports, { shard: 0, timeSeconds, metrics: [watching], queryConcurrency: 1 });
  }
  return results.verdicts;
}

describe('a rollback', () => {
  it('brings back the verdicts of the version before bit for bit', async () => {
    const { objects } = temporaryObjects();
    const store = new ModelStore(objects);
    await trainOnce(objects, source, midnight, [nightly]);
    const before = await verdictsOfADay(store, midnight + 5 * DAY);
    await trainOnce(objects, source, midnight + 2 * DAY, [nightly]);
    const promoted = await verdictsOfADay(store, midnight + 5 * DAY);
    expect(before).toHaveLength(promoted.length);
    expect(before.length).toBeGreaterThan(1000);
    expect(promoted).not.toEqual(before);
    await store.rollback(nightly.name, undefined, midnight + 3 * DAY);
    expect(await verdictsOfADay(store, midnight + 5 * DAY)).toEqual(before);
  });
});
