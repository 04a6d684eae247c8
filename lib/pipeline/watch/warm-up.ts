import { seriesKey } from '../../series/labels.ts';
import { queryAnswerable } from '../../sources/answerable-steps.ts';
import { SourceQueryError } from '../../sources/errors.ts';
import { isFallback, type RangeResult, type SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Baselines } from './baselines.ts';
import { type Outcome, scoreSeries, stretchOf } from './score-series.ts';
import {
  isUpToDate,
  type MetricMemory,
  type SeriesMemory,
  type ShardState,
  type WarmUp,
} from './shard-state.ts';
import { stepsBetween, valuesAt } from './steps.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** Maximum number of points per history query: about 15 MB of JSON. */
const POINTS_PER_QUERY = 250_000;
/** The history of one series counts at most this many steps towards the limit of a tick: 14 days of minutes. */
const STEPS_PER_SERIES = 20_160;
/** Replaying stops when less than this share of the tick's time is left, which is needed to write the live points. */
const SHARE_KEPT = 0.6;

/** Live steps that wait longer than this many catch-ups are scored without history; a metric's first window takes one. */
const MAXIMUM_CATCH_UPS = 2;

/** History that is refused is tried in so many ticks: what a store behind the source can't give now it may give later. */
const TRIES_OF_REFUSED_HISTORY = 5;

/** How much one tick may replay. */
export interface WarmUpBounds {
  /** As many points as the whole histories of this many series. With 0 no warm-up starts; those under way continue as with 1. */
  readonly seriesPerTick: number;
  /** Points per series in one query. */
  readonly pointsPerQuery: number;
  /** Milliseconds left in the invocation; Infinity without a limit. */
  readonly remainingMilliseconds: () => number;
}

/** What the replay of a tick needs. */
export interface WarmUpWork {
  readonly source: SeriesSource;
  readonly baselines: Baselines;
  readonly logger: Logger;
  readonly bounds: WarmUpBounds;
}

/** The start of a new series' warm-up; undefined when the metric replays no history. */
export function startWarmUp(
  { warmUpSeconds = 0, monitor: { stepSeconds } }: WatchedMetric,
  firstSeconds: number,
): WarmUp | undefined {
  const steps = Math.floor(warmUpSeconds / stepSeconds);
  if (steps === 0) return undefined;
  return { replayedSeconds: firstSeconds - (steps + 1) * stepSeconds, liveSinceSeconds: firstSeconds };
}

/**
 * Replays the history of new series, oldest first, so that their first live samples are judged by what is normal for
 * them. The history gives neither verdicts nor alerts. Live steps that became due in the meantime follow in order, with
 * verdicts and alerts, until the series has caught up with its metric.
 *
 * The next tick continues what this one cannot finish because of limits or a failing source.
 *
 * @param state is changed in place.
 * @returns the verdicts and alerts of live steps.
 */
export async function warmUpSeries(
  work: WarmUpWork,
  metrics: readonly WatchedMetric[],
  state: ShardState,
): Promise<Outcome> {
  const outcome: Outcome = { records: [], alerts: [] };
  const { seriesPerTick, remainingMilliseconds } = work.bounds;
  const leastRemaining = remainingMilliseconds() * SHARE_KEPT;
  // Metrics with short and long steps count alike: by their share of the limit.
  let share = 0;
  for (const metric of metrics) {
    const memory = state.metrics.get(metric.name);
    // State of another detector or step is reset when the metric's next step is scored.
    if (memory === undefined || !isUpToDate(memory, metric)) continue;
    const steps = Math.floor((metric.warmUpSeconds ?? 0) / metric.monitor.stepSeconds);
    const mostPoints = (seriesPerTick || 1) * Math.min(STEPS_PER_SERIES, Math.max(1, steps));
    for (let cohort = oldestCohort(memory); cohort !== undefined; cohort = oldestCohort(memory)) {
      if (share >= 1 || remainingMilliseconds() < leastRemaining) return outcome;
      const points = await replay(work, metric, memory, cohort, outcome);
      if (points === undefined) break;
      share += points / mostPoints;
    }
  }
  return outcome;
}

/** The number of series in warm-up. */
export function warmingCount(state: ShardState): number {
  let count = 0;
  for (const { series } of state.metrics.values())
    for (const { warmUp } of series.values()) if (warmUp !== undefined) count += 1;
  return count;
}

type Warming = SeriesMemory & { warmUp: WarmUp };

/** Series with equal progress, which one query serves. */
interface Cohort {
  readonly replayedSeconds: number;
  readonly series: ReadonlyMap<string, Warming>;
}

function oldestCohort(memory: MetricMemory): Cohort | undefined {
  let replayedSeconds = Infinity;
  let series = new Map<string, Warming>();
  for (const [key, one] of memory.series) {
    if (!isWarming(one) || one.warmUp.replayedSeconds > replayedSeconds) continue;
    if (one.warmUp.replayedSeconds < replayedSeconds) series = new Map();
    replayedSeconds = one.warmUp.replayedSeconds;
    series.set(key, one);
  }
  return series.size === 0 ? undefined : { replayedSeconds, series };
}

function isWarming(series: SeriesMemory): series is Warming {
  return series.warmUp !== undefined;
}

/** @returns the number of points, or undefined when the source failed and the next tick must continue. */
async function replay(
  { source, baselines, logger, bounds }: WarmUpWork,
  metric: WatchedMetric,
  memory: MetricMemory,
  { replayedSeconds, series }: Cohort,
  outcome: Outcome,
): Promise<number | undefined> {
  const { stepSeconds } = metric.monitor;
  // What failed is tried in smaller pieces, as far as it is for being too much.
  const failures = Math.max(0, ...[...series.values()].map(({ warmUp }) => warmUp.failures ?? 0));
  const mostSteps = Math.min(
    bounds.pointsPerQuery,
    Math.floor(POINTS_PER_QUERY / memory.series.size / 2 ** failures),
  );
  const times = stepsBetween(
    replayedSeconds + stepSeconds,
    Math.min(replayedSeconds + Math.max(1, mostSteps) * stepSeconds, memory.watermarkSeconds),
    stepSeconds,
  );
  const [startSeconds, endSeconds] = [times[0], times.at(-1)];
  if (startSeconds === undefined || endSeconds === undefined) {
    end(series);
    return 0;
  }
  const { query, labels } = metric;
  let answer: RangeResult;
  try {
    answer = await queryAnswerable(source, { query, labels, startSeconds, endSeconds, stepSeconds });
  } catch (error) {
    return handleHistoryFailure(error, metric, memory, series, logger);
  }
  // A fallback's samples are not learnt: the next tick queries again.
  if (isFallback(answer, source)) return undefined;
  const stretch = stretchOf(metric, times, replayedSeconds, baselines, source.isSimulated);
  const found = new Map(answer.series.map((one) => [seriesKey(one.labels), one]));
  for (const [key, one] of series) {
    const { liveSinceSeconds } = one.warmUp;
    const values = valuesAt(times, found.get(key));
    const isKnown = scoreSeries(stretch, key, one, values, outcome, liveSinceSeconds);
    if (!isKnown) memory.series.delete(key);
    one.warmUp.replayedSeconds = endSeconds;
    delete one.warmUp.failures;
  }
  if (endSeconds >= memory.watermarkSeconds) end(series);
  return answer.series.length * times.length;
}

/**
 * The next tick queries an unavailable source again. When the source rejects the query in several ticks, or stays
 * unavailable until live steps would be lost, the series start with their first live sample, without history.
 */
function handleHistoryFailure(
  error: unknown,
  metric: WatchedMetric,
  memory: MetricMemory,
  series: ReadonlyMap<string, Warming>,
  logger: Logger,
): number | undefined {
  const reason = error instanceof Error ? error.message : String(error);
  let isGivenUp = false;
  for (const { warmUp } of series.values()) {
    const lagSeconds = memory.watermarkSeconds - warmUp.liveSinceSeconds;
    warmUp.failures = (warmUp.failures ?? 0) + 1;
    const isRefusedAgain = error instanceof SourceQueryError && warmUp.failures >= TRIES_OF_REFUSED_HISTORY;
    const isRefused = isRefusedAgain || lagSeconds > MAXIMUM_CATCH_UPS * metric.maximumCatchUpSeconds;
    const beforeLive = warmUp.liveSinceSeconds - metric.monitor.stepSeconds;
    if (!isRefused || warmUp.replayedSeconds >= beforeLive) continue;
    warmUp.replayedSeconds = beforeLive;
    isGivenUp = true;
  }
  logger.warn(
    isGivenUp
      ? 'Could not read history for new series; starting without warm-up'
      : 'Could not read history for new series; the next tick tries again',
    { metric: metric.name, series: series.size, reason },
  );
  return isGivenUp ? 0 : undefined;
}

function end(series: ReadonlyMap<string, Warming>): void {
  for (const one of series.values()) (one as SeriesMemory).warmUp = undefined;
}
