import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../../../lib/config/load.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { type TrainingPorts, type TrainingRun, train } from '../../../lib/pipeline/training/train.ts';
import type { ModelSettings, TrainingMetric } from '../../../lib/pipeline/training/training-metric.ts';
import type { Series } from '../../../lib/series/series.ts';
import type { RangeQuery, SeriesSource } from '../../../lib/sources/series-source.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { RecordedResults } from '../tick/recorded-results.ts';

export const DAY = 86_400;
/** Monday 2 March 2026. */
export const midnight = Date.UTC(2026, 2, 2) / 1000;

/** The settings of a configuration that says nothing of models. */
export const defaultSettings: ModelSettings = loadConfiguration({
  file: fileURLToPath(new URL('../../../config/config.yaml', import.meta.url)),
  environment: {},
}).configuration.model;

export const metric = (changes: Partial<ModelSettings> = {}, name = 'cpu_usage'): TrainingMetric => ({
  name,
  query: name,
  stepSeconds: 300,
  maximumSeries: 100,
  settings: { ...defaultSettings, ...changes },
  monitor: { detector: rarity, settings: defaultDetectionSettings, stepSeconds: 300 },
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
  metrics: readonly TrainingMetric[] = [metric()],
  changes: Partial<TrainingRun & TrainingPorts> = {},
) {
  const {
    models = new ModelStore(objects),
    results = new RecordedResults(),
    kept,
    feedback,
    warmStates,
    ...run
  } = changes;
  return train(
    { source, models, results, kept, feedback, warmStates, logger: silentLogger, yieldTurn: async () => {} },
    { timeSeconds, metrics, concurrency: 2, allowSimulated: false, libraries: {}, ...run },
  );
}
