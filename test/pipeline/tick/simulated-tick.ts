import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { collectAndDetect } from '../../../lib/pipeline/tick/collect-and-detect.ts';
import { ShardStateStore } from '../../../lib/pipeline/tick/shard-state-store.ts';
import { type Baselines, noBaselines } from '../../../lib/pipeline/watch/baselines.ts';
import type { WatchedMetric } from '../../../lib/pipeline/watch/watched-metric.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import type { SimulatedSeries } from '../../../lib/sources/simulation/simulated-series.ts';
import { SimulationSource } from '../../../lib/sources/simulation/simulation-source.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { RecordedResults } from './recorded-results.ts';

export const stepSeconds = 300;

/** One metric of simulated hosts, ticked as the product does; each tick is a process of its own, with nothing warm. */
export function simulatedTick(
  objects: ObjectStore,
  hosts: readonly SimulatedSeries[],
  metric: Partial<WatchedMetric['monitor']> = {},
) {
  const results = new RecordedResults();
  const monitored: WatchedMetric = {
    name: 'cpu_usage',
    query: 'cpu_usage',
    monitor: { detector: rarity, settings: defaultDetectionSettings, stepSeconds, ...metric },
    delaySeconds: 0,
    maximumCatchUpSeconds: 21 * 86_400,
    maximumSeries: 100,
  };
  const tick = (timeSeconds: number, baselines: Baselines = noBaselines) =>
    collectAndDetect(
      {
        source: new SimulationSource(() => hosts),
        results,
        spool: new ResultSpool(objects, { maximumBytes: 1e9, maximumAgeSeconds: 86_400 }),
        states: new ShardStateStore(objects),
        baselines,
        alerts: [],
        logger: silentLogger,
        elapsedMilliseconds: () => 0,
      },
      { shard: 0, timeSeconds, metrics: [monitored], queryConcurrency: 1 },
    );
  return { results, tick };
}
