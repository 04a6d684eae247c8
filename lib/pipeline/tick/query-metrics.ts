import { SourceTimeoutError } from '../../sources/errors.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { queryWindow } from '../watch/query-window.ts';
import type { MetricMemory, ShardState } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { metricThatShowsFilling } from './look-for-filling.ts';
import { type Answer, answerOf, type DueMetric, type Querying, type QueryTick } from './metric-answer.ts';
import { type QueryMemory, queryMemoryOf } from './query-memory.ts';
import { OutOfTimeError, type QueryTime, takeTurns } from './query-turns.ts';

/** Of the tick's time, what queries may take: the rest is for scoring, writing and notifying. */
const SHARE_OF_TIME = 0.6;
/** Of the time for queries, what a look for filled steps may take. */
const SHARE_OF_A_LOOK = 0.2;

/** The clocks around the queries of a tick. */
export interface QueryClocks {
  /** Milliseconds that are left of the invocation; without end when left out. */
  readonly remainingMilliseconds?: (() => number) | undefined;
  /** Milliseconds of a clock that only moves forward. */
  readonly elapsedMilliseconds?: (() => number) | undefined;
  /** The clock of this process, Unix seconds. */
  readonly ownSeconds?: (() => number) | undefined;
}

/**
 * Queries what became due of each metric, a few at once. A metric whose answer can't be scored has a fault, and keeps its
 * watermark for a later tick. One that was slow is queried last, for fewer steps; steps that the source refuses are left
 * out where later ones can be answered.
 *
 * @returns answers in the order of the metrics; of one metric several, apart by steps that are given up.
 */
export async function queryMetrics(
  source: SeriesSource,
  metrics: readonly WatchedMetric[],
  state: ShardState,
  tick: QueryTick,
  logger: Logger,
  clocks: QueryClocks = {},
): Promise<Answer[]> {
  const memory = queryMemoryOf(source);
  const dueNow = () =>
    metrics.flatMap((metric) => dueOf(metric, state.metrics.get(metric.name), tick, memory));
  const work: Querying = {
    source,
    tick,
    logger,
    memory,
    ownSeconds: clocks.ownSeconds ?? (() => Date.now() / 1000),
  };
  const answers = new Map<string, readonly Answer[]>();
  const shown = metricThatShowsFilling(dueNow(), work);
  const time = timeOf(tick, clocks);
  const isSlow = ({ metric }: DueMetric) => memory.slow.has(metric.name);
  const take = async (one: DueMetric, signal: AbortSignal) => {
    const { name } = one.metric;
    try {
      answers.set(name, await answerOf(work, one, signal, one === shown));
      memory.slow.delete(name);
      return 'done' as const;
    } catch (error) {
      const wasTooSlow = error instanceof OutOfTimeError || error instanceof SourceTimeoutError;
      // What was refused at once is not slow: the few steps that it was asked for may be the ones that are refused.
      if (wasTooSlow) memory.slow.set(name, slowerThan(one, tick));
      else memory.slow.delete(name);
      answers.set(name, [faultOf(one, error instanceof Error ? error.message : String(error))]);
      return error instanceof OutOfTimeError ? ('slow' as const) : ('done' as const);
    }
  };
  if (shown !== undefined) await takeTurns([shown], 1, partOf(time, SHARE_OF_A_LOOK), isSlow, take);
  // What the look found decides which steps of the others are due.
  const others = dueNow().filter(({ metric }) => metric !== shown?.metric);
  // Whoever waited longest for a turn among the slow ones has the next one.
  const order = others.toSorted((one, other) => triedSeconds(memory, one) - triedSeconds(memory, other));
  const left = shown === undefined ? time : partOf(time, 1 - SHARE_OF_A_LOOK);
  await takeTurns(order, tick.queryConcurrency, left, isSlow, take);
  return metrics.flatMap(({ name }) => answers.get(name) ?? []);
}

function timeOf({ queryMilliseconds = Infinity }: QueryTick, clocks: QueryClocks): QueryTime {
  const remaining = (clocks.remainingMilliseconds?.() ?? Infinity) * SHARE_OF_TIME;
  return {
    milliseconds: Math.min(remaining, queryMilliseconds),
    elapsedMilliseconds: clocks.elapsedMilliseconds ?? (() => performance.now()),
  };
}

function partOf({ milliseconds, ...clock }: QueryTime, share: number): QueryTime {
  return { ...clock, milliseconds: milliseconds * share };
}

function dueOf(
  metric: WatchedMetric,
  memory: MetricMemory | undefined,
  { timeSeconds }: QueryTick,
  memoryOfSource: QueryMemory,
): DueMetric[] {
  const { stepSeconds } = metric.monitor;
  const { slow } = memoryOfSource;
  const delaySeconds = metric.delaySeconds + memoryOfSource.filledSeconds(timeSeconds);
  const window = queryWindow(timeSeconds, memory?.watermarkSeconds, { ...metric, stepSeconds, delaySeconds });
  if (window === undefined) return [];
  const mostSteps = slow.get(metric.name)?.mostSteps ?? Infinity;
  const endSeconds = Math.min(window.endSeconds, window.startSeconds + (mostSteps - 1) * stepSeconds);
  return [{ metric, memory, window: { ...window, endSeconds } }];
}

function triedSeconds({ slow }: QueryMemory, { metric }: DueMetric): number {
  return slow.get(metric.name)?.triedSeconds ?? 0;
}

/** A query that took too long asks for half of it the next time, the older half first: no step is lost. */
function slowerThan(
  { metric, window }: DueMetric,
  tick: QueryTick,
): { mostSteps: number; triedSeconds: number } {
  const steps = (window.endSeconds - window.startSeconds) / metric.monitor.stepSeconds + 1;
  return { mostSteps: Math.max(1, Math.floor(steps / 2)), triedSeconds: tick.timeSeconds };
}

function faultOf({ metric, window }: DueMetric, fault: string): Answer {
  return { metric, window, fault };
}
