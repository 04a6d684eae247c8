import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../../../lib/config/load.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import type { RetrainSettings } from '../../../lib/pipeline/retrain/fit-step.ts';
import type { RetrainPorts } from '../../../lib/pipeline/retrain/retrain-ports.ts';
import { runRetrain } from '../../../lib/pipeline/retrain/run-retrain.ts';
import { RunStore } from '../../../lib/pipeline/runs/run-store.ts';
import type { ModelSettings, TrainedMetric } from '../../../lib/pipeline/training/trained-metric.ts';
import type { Series } from '../../../lib/series/series.ts';
import type { RangeQuery, SeriesSource } from '../../../lib/sources/series-source.ts';
import { MemoryObjectStore } from '../../../lib/storage/memory-object-store.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { silentMetrics } from '../../../lib/telemetry/operational-metrics.ts';
import { RecordedResults } from '../tick/recorded-results.ts';

export const DAY = 86_400;
/** Monday 2 March 2026. */
export const midnight = Date.UTC(2026, 2, 2) / 1000;

/** The settings of a configuration that says nothing of models. */
export const defaultSettings: ModelSettings = loadConfiguration({
  file: fileURLToPath(new URL('../../../config/config.yaml', import.meta.url)),
  environment: {},
}).configuration.model;

/** A metric with the default settings of its models, but for the changes. */
export const metric = (
  changes: Partial<ModelSettings> = {},
  name = 'cpu_usage',
  stepSeconds = 300,
): TrainedMetric => ({
  name,
  query: name,
  delaySeconds: 0,
  maximumCatchUpSeconds: 3600,
  maximumSeries: 100,
  settings: { ...defaultSettings, ...changes },
  monitor: { detector: rarity, settings: defaultDetectionSettings, stepSeconds },
});

/** A source of values by query, label and time; undefined is a missing sample. It remembers what it was asked. */
export class FunctionSource implements SeriesSource {
  readonly name = 'function';
  readonly isSimulated: boolean = false;
  readonly queries: RangeQuery[] = [];
  readonly #valueAt: (query: string, host: string, timeSeconds: number) => number | undefined;
  readonly #hosts: readonly string[];

  constructor(
    hosts: readonly string[],
    valueAt: (query: string, host: string, timeSeconds: number) => number | undefined,
  ) {
    this.#hosts = hosts;
    this.#valueAt = valueAt;
  }

  async queryRange(query: RangeQuery) {
    this.queries.push(query);
    const series: Series[] = [];
    for (const host of this.#hosts) {
      const pairs: [number, number][] = [];
      for (let time = query.startSeconds; time <= query.endSeconds; time += query.stepSeconds) {
        const value = this.#valueAt(query.query, host, time);
        if (value !== undefined) pairs.push([time, value]);
      }
      if (pairs.length === 0) continue;
      series.push({
        labels: { host },
        samples: {
          timesSeconds: Float64Array.from(pairs, ([time]) => time),
          values: Float64Array.from(pairs, ([, value]) => value),
        },
      });
    }
    return { series, warnings: [] };
  }

  async check() {
    return { service: this.name, isUp: true, detail: '' };
  }
}

/** Trains the metrics up to a moment. */
export function trainOnce(
  objects: ObjectStore,
  source: SeriesSource,
  timeSeconds: number,
  metrics: readonly TrainedMetric[] = [metric()],
  changes: Partial<RetrainSettings & RetrainPorts> = {},
) {
  const { allowSimulated = false, libraries = {}, ...adapters } = changes;
  const ports: RetrainPorts = {
    source,
    models: new ModelStore(objects),
    results: new RecordedResults(),
    logger: silentLogger,
    yieldTurn: async () => {},
    runs: new RunStore(new MemoryObjectStore()),
    notices: [],
    nowSeconds: () => timeSeconds,
    ...adapters,
    metrics: silentMetrics,
  };
  const run = { id: 'run', timeSeconds, metrics: undefined, concurrency: 2 };
  return runRetrain(ports, { metrics, allowSimulated, libraries }, run);
}
