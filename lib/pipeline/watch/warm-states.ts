import { metricFolder } from '../../models/metric-folder.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { emptyShardState, isUpToDate, type MetricMemory } from './shard-state.ts';
import { decodeShardState, encodeShardState } from './shard-state-codec.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** A metric with series that are being warmed looks this often, in the time of the ticks, whether a training left them states. */
const LOOK_AGAIN_SECONDS = 600;

/**
 * States that a training leaves for the tick: it replays the history of series that it trains for the first time, so that a
 * tick that meets them has only what came since to replay. One object a metric, of the same bytes as a shard's state;
 * the state of a shard itself is written by its ticks alone.
 */
export class WarmStates {
  readonly #objects: ObjectStore;
  readonly #logger: Logger;
  /** When it was looked last, by metric. */
  readonly #lookedAtSeconds = new Map<string, number>();

  constructor(objects: ObjectStore, logger: Logger) {
    this.#objects = objects;
    this.#logger = logger;
  }

  /** Leaves states that were replayed up to `memory.watermarkSeconds`, in the place of any that were left before. */
  async leave(metric: string, memory: MetricMemory): Promise<void> {
    const bytes = encodeShardState({ ...emptyShardState(), metrics: new Map([[metric, memory]]) });
    await this.#objects.put(keyOf(metric), bytes, { kind: 'none' });
  }

  /**
   * Gives a metric's series that are being warmed the states that a training left them, where those have come further and end
   * before the first live step. Asks the store only while there are such series, and then every ten minutes at most. What
   * can't be used is told, and the series go on by themselves.
   *
   * @param memory is changed in place.
   * @returns how many series have got one.
   */
  async takeOver(metric: WatchedMetric, memory: MetricMemory, timeSeconds: number): Promise<number> {
    const lookedAt = this.#lookedAtSeconds.get(metric.name) ?? Number.NEGATIVE_INFINITY;
    const isWarming = [...memory.series.values()].some(({ warmUp }) => warmUp !== undefined);
    if (!isWarming || !isUpToDate(memory, metric) || Math.abs(timeSeconds - lookedAt) < LOOK_AGAIN_SECONDS)
      return 0;
    this.#lookedAtSeconds.set(metric.name, timeSeconds);
    const left = await this.#left(metric);
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
      this.#logger.info('New series go on from states that a training left', {
        metric: metric.name,
        series: taken,
      });
    return taken;
  }

  async #left(metric: WatchedMetric): Promise<MetricMemory | undefined> {
    const { name } = metric;
    try {
      const stored = await this.#objects.get(keyOf(name));
      const left = stored && decodeShardState(stored.bytes).metrics.get(name);
      if (left === undefined) return undefined;
      if (isUpToDate(left, metric)) return left;
      this.#logger.warn('The states that a training left are of another detector or step', {
        metric: name,
        detector: left.detector,
        stepSeconds: left.stepSeconds,
      });
    } catch (error) {
      this.#logger.warn('The states that a training left can not be used; new series replay their history', {
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
