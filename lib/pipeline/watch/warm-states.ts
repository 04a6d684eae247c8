import { metricFolder } from '../../models/metric-folder.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { emptyShardState, isUpToDate, type MetricMemory } from './shard-state.ts';
import { decodeShardState, encodeShardState } from './shard-state-codec.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** How often a metric with series in warm-up looks for states from a training, in tick time. */
const LOOK_AGAIN_SECONDS = 600;

/**
 * States that a training prepares for the tick: it replays the history of series that it trains for the first time, so
 * that the tick only replays what came since. One object per metric, encoded like a shard's state; only ticks write the
 * state of a shard itself.
 */
export class WarmStates {
  readonly #objects: ObjectStore;
  readonly #logger: Logger;
  /** Time of the last look, by metric. */
  readonly #lookedAtSeconds = new Map<string, number>();

  constructor(objects: ObjectStore, logger: Logger) {
    this.#objects = objects;
    this.#logger = logger;
  }

  /** Stores states that were replayed up to `memory.watermarkSeconds`, replacing earlier ones. */
  async store(metric: string, memory: MetricMemory): Promise<void> {
    const bytes = encodeShardState({ ...emptyShardState(), metrics: new Map([[metric, memory]]) });
    await this.#objects.put(keyOf(metric), bytes, { kind: 'none' });
  }

  /**
   * Gives a metric's series in warm-up the states from a training, if those are further along and end before the first
   * live step. Reads the store only while there are such series, at most every ten minutes. States that cannot be used
   * are logged, and the series continue by themselves.
   *
   * @param memory is changed in place.
   * @returns how many series got a state.
   */
  async takeOver(metric: WatchedMetric, memory: MetricMemory, timeSeconds: number): Promise<number> {
    const lookedAt = this.#lookedAtSeconds.get(metric.name) ?? Number.NEGATIVE_INFINITY;
    const isWarming = [...memory.series.values()].some(({ warmUp }) => warmUp !== undefined);
    if (!isWarming || !isUpToDate(memory, metric) || Math.abs(timeSeconds - lookedAt) < LOOK_AGAIN_SECONDS)
      return 0;
    this.#lookedAtSeconds.set(metric.name, timeSeconds);
    const left = await this.#stored(metric);
    if (left === undefined) return 0;
    let taken = 0;
    for (const [key, { warmUp, labels }] of memory.series) {
      const state = left.series.get(key);
      if (warmUp === undefined || state === undefined) continue;
      const untilSeconds = left.watermarkSeconds;
      if (untilSeconds <= warmUp.replayedSeconds || untilSeconds >= warmUp.liveSinceSeconds) continue;
      memory.series.set(key, { ...state, labels, warmUp: { ...warmUp, replayedSeconds: untilSeconds } });
      taken += 1;
    }
    if (taken > 0)
      this.#logger.info('New series continue from states that a training stored', {
        metric: metric.name,
        series: taken,
      });
    return taken;
  }

  async #stored(metric: WatchedMetric): Promise<MetricMemory | undefined> {
    const { name } = metric;
    try {
      const stored = await this.#objects.get(keyOf(name));
      const left = stored && decodeShardState(stored.bytes).metrics.get(name);
      if (left === undefined) return undefined;
      if (isUpToDate(left, metric)) return left;
      this.#logger.warn('The states that a training stored have another detector or step', {
        metric: name,
        detector: left.detector,
        stepSeconds: left.stepSeconds,
      });
    } catch (error) {
      this.#logger.warn('The states that a training stored cannot be read; new series replay their history', {
        metric: name,
        error,
      });
    }
    return undefined;
  }
}

function keyOf(metric: string): string {
  return `warm/${metricFolder(metric)}.cbor`;
}
