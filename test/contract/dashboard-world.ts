import type { Alert } from '../../lib/alerts/alert-channel.ts';
import { baselineModels } from '../../lib/baseline/registry.ts';
import { ConnectionWatch } from '../../lib/connections/connection-watch.ts';
import { detectors } from '../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { ModelStore } from '../../lib/models/model-store.ts';
import { evaluate } from '../../lib/pipeline/evaluation/evaluate.ts';
import { evaluationRecords } from '../../lib/pipeline/evaluation/evaluation-records.ts';
import { usualTraining } from '../../lib/pipeline/evaluation/nightly-models.ts';
import { nightlyModels } from '../../lib/pipeline/evaluation/series-models.ts';
import { collectAndDetect } from '../../lib/pipeline/tick/collect-and-detect.ts';
import { ShardHealthStore } from '../../lib/pipeline/tick/shard-health-store.ts';
import { ShardStateStore } from '../../lib/pipeline/tick/shard-state-store.ts';
import type { TrainedMetric } from '../../lib/pipeline/training/trained-metric.ts';
import { ChampionBaselines } from '../../lib/pipeline/watch/champion-baselines.ts';
import { ResultSpool } from '../../lib/results/result-spool.ts';
import type { ResultStore } from '../../lib/results/result-store.ts';
import { watchedResultStore } from '../../lib/results/watched-result-store.ts';
import type { Labels } from '../../lib/series/labels.ts';
import type { Series } from '../../lib/series/series.ts';
import type { RangeQuery, SeriesSource } from '../../lib/sources/series-source.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { simulatedValue } from '../../lib/sources/simulation/simulated-series.ts';
import { watchedSource } from '../../lib/sources/watched-source.ts';
import { MemoryObjectStore } from '../../lib/storage/memory-object-store.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { HISTORY_START, HISTORY_STEP, simulatedHistory } from '../pipeline/simulated-history.ts';
import { metric as trainedMetric, trainOnce } from '../pipeline/training/training-run.ts';

const DAYS = 14;
/** The training; the ticks come after it. */
export const TRAINED_SECONDS = HISTORY_START + DAYS * 86_400;
const TICKS = 40;
export const END_SECONDS = TRAINED_SECONDS + TICKS * HISTORY_STEP;
const WEEK = 7 * 86_400;
const SHARD = 0;

/** What Flux, PromQL, regular expressions, Grafana and JSON give a meaning to. */
export const ODD_LABELS: Labels = {
  host: 'it\'s "quoted" \\ back\\\\slash',
  path: '^/x.*[(y)|z]+?{2}$ ${metric} $metric [[series]] `tick`',
  text: 'naïve 日本, a=b\nnext line',
};
const SERIES: readonly Labels[] = [
  ODD_LABELS,
  { host: 'b', path: '/', text: '' },
  { host: 'c', path: '/', text: '' },
];

/** Ticks, counted from the training, in which a series is far too high. */
const FAULTS: readonly (readonly [first: number, last: number])[] = [
  [TICKS - 4, TICKS],
  [8, 12],
];
/** From this tick on the second metric has no series. */
const GONE_FROM = 20;

/** Two metrics with three series each: one incident that is over, one that is open, one metric that becomes silent. */
class DisturbedSource implements SeriesSource {
  readonly name = 'simulation';
  readonly isSimulated = false;

  async queryRange({ query, startSeconds, endSeconds, stepSeconds }: RangeQuery) {
    const recipes = cpuScenario(3, SERIES.length);
    const series: Series[] = SERIES.flatMap((labels, index) => {
      const times: number[] = [];
      for (let time = startSeconds; time <= endSeconds; time += stepSeconds) {
        const tick = (time - TRAINED_SECONDS) / HISTORY_STEP;
        if (query !== 'gone' || tick < GONE_FROM) times.push(time);
      }
      if (times.length === 0) return [];
      const values = times.map((time) => {
        const tick = (time - TRAINED_SECONDS) / HISTORY_STEP;
        const [first = Infinity, last = Infinity] = query === 'cpu.usage' ? (FAULTS[index] ?? []) : [];
        const disturbed = tick >= first && tick <= last ? 120 : 0;
        return simulatedValue({ ...recipes[index]!, labels }, time) + disturbed;
      });
      return [
        { labels, samples: { timesSeconds: Float64Array.from(times), values: Float64Array.from(values) } },
      ];
    });
    return { series, warnings: [] };
  }

  async check() {
    return { service: this.name, isUp: true, detail: '' };
  }
}

function metricNamed(name: string): TrainedMetric {
  return { ...trainedMetric({}, name, HISTORY_STEP), unit: 'percent', warmUpSeconds: WEEK };
}

/** What happened in the run. */
export interface DashboardRun {
  /** The alerts that people were notified of, in order. */
  readonly alerts: readonly Alert[];
}

/**
 * A real run on a simulated source: a training, forty ticks with incidents, and an evaluation, all written to the store
 * of results.
 */
export async function runForDashboards(results: ResultStore): Promise<DashboardRun> {
  const objects = new MemoryObjectStore();
  const source = new DisturbedSource();
  const metrics = [metricNamed('cpu.usage'), metricNamed('gone')];
  await trainOnce(objects, source, TRAINED_SECONDS, metrics, { results });
  const alerts: Alert[] = [];
  const watch = new ConnectionWatch();
  const health = new ShardHealthStore(objects, watch, silentLogger);
  let elapsed = 0;
  const ports = {
    source: watchedSource(source, watch.of('source', source.name)),
    results: watchedResultStore(results, watch.of('results', results.name)),
    spool: new ResultSpool(objects, { maximumBytes: 1e9, maximumAgeSeconds: 86_400 }),
    states: new ShardStateStore(objects),
    baselines: new ChampionBaselines(new ModelStore(objects), silentLogger),
    alerts: [
      {
        name: 'collecting',
        publish: async (some: readonly Alert[]) => void alerts.push(...some),
        refresh: async () => {},
        check: async () => ({ service: 'collecting', isUp: true, detail: '' }),
      },
    ],
    logger: silentLogger,
    health,
    // Each look at the clock is two milliseconds after the one before.
    elapsedMilliseconds: () => {
      elapsed += 2;
      return elapsed;
    },
  };
  for (let tick = 1; tick <= TICKS; tick += 1)
    await collectAndDetect(ports, {
      shard: SHARD,
      timeSeconds: TRAINED_SECONDS + tick * HISTORY_STEP,
      metrics,
      queryConcurrency: 2,
    });
  const evaluation = await evaluate({
    name: 'cpu.usage',
    monitor: { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: HISTORY_STEP },
    models: nightlyModels(baselineModels['seasonal-naive'], usualTraining, 0.99),
    series: simulatedHistory(DAYS, 1),
    kinds: faultNames,
    injections: 60,
    seed: 1,
  });
  await results.write(evaluationRecords(evaluation, false));
  return { alerts };
}
