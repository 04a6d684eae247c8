/** How a metric is: `waiting` gave no scored sample lately, `silent` for longer than it may. */
export type MetricState = 'scored' | 'waiting' | 'silent';

/** What one tick saw of a metric. */
export interface MetricSeen {
  readonly metric: string;
  /** Time of the newest sample that was ever scored, Unix seconds; 0 for none. */
  readonly lastScoredSeconds: number;
  /** Why this tick scored no sample, for a person; undefined where it did, or had nothing to score. */
  readonly reason: string | undefined;
  /** It is silent when its newest scored sample is older than this. */
  readonly silentAfterSeconds: number;
}

/** How a metric has been over the ticks. */
export interface MetricHealth {
  readonly metric: string;
  readonly state: MetricState;
  /** Time of the newest sample that was scored, or of the first tick of a metric that never had one; Unix seconds. */
  readonly lastScoredSeconds: number;
  /** Whether it never had a scored sample. */
  readonly isNew: boolean;
  /** Why it is not scored, for a person; empty while it is. */
  readonly reason: string;
  /** Whether people were notified that it is silent, and not yet that it has recovered. */
  readonly isNotified: boolean;
}

/**
 * How a metric is after one more tick. It is made of times, not of counts, so it is the same however often a tick is
 * repeated and whichever container runs it.
 *
 * @param before undefined for a metric of which nothing is known.
 * @param timeSeconds the tick's time, Unix seconds.
 */
function metricHealthAfter(
  before: MetricHealth | undefined,
  { metric, lastScoredSeconds: scoredSeconds, reason, silentAfterSeconds }: MetricSeen,
  timeSeconds: number,
): MetricHealth {
  const lastScoredSeconds = scoredSeconds > 0 ? scoredSeconds : (before?.lastScoredSeconds ?? timeSeconds);
  const isSilent = timeSeconds - lastScoredSeconds > silentAfterSeconds;
  const isScored = !isSilent && scoredSeconds > 0 && reason === undefined;
  return {
    metric,
    state: isSilent ? 'silent' : isScored ? 'scored' : 'waiting',
    lastScoredSeconds,
    isNew: scoredSeconds === 0 && (before?.isNew ?? true),
    reason: isScored ? '' : (reason ?? (before?.reason || 'The source has no new samples of it')),
    isNotified: before?.isNotified ?? false,
  };
}

/** How several metrics are after one more tick; see {@link metricHealthAfter}. */
export function metricsAfter(
  before: readonly MetricHealth[],
  seen: readonly MetricSeen[],
  timeSeconds: number,
): MetricHealth[] {
  const known = new Map(before.map((one) => [one.metric, one]));
  return seen.map((one) => metricHealthAfter(known.get(one.metric), one, timeSeconds));
}

/** Whether it has to be kept for a container that comes later; of others the shard's state says how long they wait. */
export function isWorthKeeping({ state, isNew, isNotified }: MetricHealth): boolean {
  return state === 'silent' || isNotified || (isNew && state === 'waiting');
}
