import { forEachConcurrently } from '../../connections/concurrency.ts';
import type { Champions } from '../../models/champions.ts';
import { type FittedModel, fittedIn } from '../../models/model-set.ts';
import type { ModelStore } from '../../models/model-store.ts';
import { forecastTimes } from '../../prophet/forecast-times.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Baselines, MetricBaselines } from './baselines.ts';
import { seriesBaseline } from './series-baseline.ts';

/** Maximum time until a promotion is in use, in tick time. */
const POINTER_AGE_SECONDS = 180;
/** A model is out of date this long after the end of its history, as in docs/quality.md. */
const MODEL_AGE_SECONDS = 7 * 86_400;
const LOADS_AT_ONCE = 4;

/** The models of one metric in memory. */
interface LoadedMetric {
  /** The version that the pointer names; the loaded set is older when that version cannot be read. */
  readonly championVersion: string;
  readonly isStale: boolean;
  readonly series: ReadonlyMap<string, LoadedSeries>;
}
interface LoadedSeries {
  readonly version: string;
  readonly fitted: FittedModel;
  /** End of the model's history, or the latest training that confirmed it. */
  readonly validUntilSeconds: number;
}

/**
 * The champions as baselines of the tick. They stay in memory for the life of the process: a warm tick reads nothing.
 * Every few minutes of tick time it reads the pointer and then only the metrics whose champion has changed.
 */
export class ChampionBaselines implements Baselines {
  readonly #models: ModelStore;
  readonly #logger: Logger;
  readonly #metrics = new Map<string, LoadedMetric>();
  #champions: Champions = new Map();
  #isRebuilt = false;
  #readAtSeconds = Number.NEGATIVE_INFINITY;
  #tickSeconds = Number.NEGATIVE_INFINITY;

  constructor(models: ModelStore, logger: Logger) {
    this.#models = models;
    this.#logger = logger;
  }

  async refresh(metrics: readonly string[], timeSeconds: number): Promise<void> {
    this.#tickSeconds = timeSeconds;
    // The tick time may also go back: then the pointer is read again as well.
    if (Math.abs(timeSeconds - this.#readAtSeconds) >= POINTER_AGE_SECONDS)
      await this.#readPointer(timeSeconds);
    const changed = metrics.filter(
      (metric) => this.#metrics.get(metric)?.championVersion !== this.#champions.get(metric)?.version,
    );
    await forEachConcurrently(changed, LOADS_AT_ONCE, (metric) => this.#load(metric));
  }

  at(metric: string, timesSeconds: Float64Array): MetricBaselines {
    const loaded = this.#metrics.get(metric);
    if (loaded === undefined) return { of: () => undefined };
    const times = forecastTimes(timesSeconds);
    return {
      of: (key) => {
        const series = loaded.series.get(key);
        if (series === undefined) return undefined;
        const isStale = loaded.isStale || this.#tickSeconds - series.validUntilSeconds > MODEL_AGE_SECONDS;
        return seriesBaseline(series.fitted, series.version, times, isStale);
      },
    };
  }

  validUntilSeconds(): number | undefined {
    let oldest: number | undefined;
    for (const { series } of this.#metrics.values())
      for (const { validUntilSeconds } of series.values())
        oldest = Math.min(oldest ?? Infinity, validUntilSeconds);
    return oldest;
  }

  /** If the store is unavailable, the models in memory stay in use and the next tick tries again. */
  async #readPointer(timeSeconds: number): Promise<void> {
    try {
      const { champions, isRebuilt } = await this.#models.champions();
      this.#champions = champions;
      if (isRebuilt !== this.#isRebuilt) this.#metrics.clear();
      this.#isRebuilt = isRebuilt;
      this.#readAtSeconds = timeSeconds;
      if (isRebuilt)
        this.#logger.error(
          'models/champions.json is damaged: using the newest models instead. Roll back or train to repair it',
        );
    } catch (error) {
      if (this.#metrics.size === 0) throw error;
      this.#logger.warn('Could not read the champions; the models in memory stay in use', { error });
    }
  }

  async #load(metric: string): Promise<void> {
    const champion = this.#champions.get(metric);
    if (champion === undefined) {
      this.#metrics.delete(metric);
      return;
    }
    const loaded = await this.#models.loadChampion(metric, champion);
    for (const problem of loaded?.problems ?? []) this.#logger.error(problem);
    const series = new Map<string, LoadedSeries>();
    for (const { key, fitted } of loaded?.set.series ?? []) {
      if (loaded === undefined || fitted === undefined) continue;
      const { carriedFrom, trainedUntilSeconds } = fitted;
      const validUntilSeconds = carriedFrom === undefined ? trainedUntilSeconds : loaded.set.trainedAtSeconds;
      series.set(key, { fitted, version: fittedIn(loaded.set, fitted), validUntilSeconds });
    }
    const isStale = this.#isRebuilt || loaded?.isStale === true;
    this.#metrics.set(metric, { championVersion: champion.version, isStale, series });
  }
}
