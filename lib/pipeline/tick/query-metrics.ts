import type { Series } from '../../series/series.ts';
import { queryAnswerable } from '../../sources/answerable-steps.ts';
import { SourceTimeoutError } from '../../sources/errors.ts';
import { refusedInWords } from '../../sources/refused-ranges.ts';
import { isFallback, type RangeResult, type SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type QueryWindow, queryWindow, withoutRefused } from '../watch/query-window.ts';
import type { MetricMemory, ShardState } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { arrivedPart } from './arrived-window.ts';
import { filledSeconds } from './filled-steps.ts';
import { happenedPart } from './happened-window.ts';
import { lateCheckWindow } from './late-samples.ts';
import { type QueryMemory, queryMemoryOf } from './query-memory.ts';
import { OutOfTimeError, type QueryTime, takeTurns } from './query-turns.ts';

/** Of the tick's time, what queries may take: the rest is for scoring, writing and notifying. */
const SHARE_OF_TIME = 0.6;
/** How often it is looked whether the source fills steps that it does not have yet. */
const LOOK_FOR_FILLING_SECONDS = 1800;
/** Of the time for queries, what that look may take. */
const SHARE_OF_A_LOOK = 0.2;
/** That look takes so many steps more, of a metric of at most so many series. */
const STEPS_TO_SEE_FILLING = 30;
const MOST_SERIES_TO_LOOK_AT = 50;

/** What the source answered for one metric. */
export type Answer = {
  readonly metric: WatchedMetric;
  readonly window: QueryWindow;
} & (
  | {
      readonly result: RangeResult;
      /** The steps before the window once more, where they are checked for late samples. */
      readonly lateCheck: readonly Series[] | undefined;
      /** Whether another part of the metric's answer follows, after steps that are given up. */
      readonly isContinued?: true;
    }
  | { readonly fault: string }
);

/** Which queries are made, and how much time they have. */
export interface QueryTick {
  readonly timeSeconds: number;
  readonly queryConcurrency: number;
  /** Milliseconds that all queries may take where nothing else ends the tick. */
  readonly queryMilliseconds?: number;
}

/** The clocks around the queries of a tick. */
export interface QueryClocks {
  /** Milliseconds that are left of the invocation; without end when left out. */
  readonly remainingMilliseconds?: (() => number) | undefined;
  /** Milliseconds of a clock that only moves forward. */
  readonly elapsedMilliseconds?: (() => number) | undefined;
  /** The clock of this process, Unix seconds. */
  readonly ownSeconds?: (() => number) | undefined;
}

interface Due {
  readonly metric: WatchedMetric;
  readonly memory: MetricMemory | undefined;
  readonly window: QueryWindow;
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
  const work: Work = {
    source,
    tick,
    logger,
    memory,
    ownSeconds: clocks.ownSeconds ?? (() => Date.now() / 1000),
  };
  const answers = new Map<string, readonly Answer[]>();
  const shown = metricThatShowsFilling(dueNow(), work);
  const time = timeOf(tick, clocks);
  const isSlow = ({ metric }: Due) => memory.slow.has(metric.name);
  const take = async (one: Due, signal: AbortSignal) => {
    const { name } = one.metric;
    try {
      answers.set(name, await answer(work, one, signal, one === shown));
      memory.slow.delete(name);
      return 'done' as const;
    } catch (error) {
      const wasTooSlow = error instanceof OutOfTimeError || error instanceof SourceTimeoutError;
      if (wasTooSlow) memory.slow.set(name, slowerThan(one, tick));
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

interface Work {
  readonly source: SeriesSource;
  readonly tick: QueryTick;
  readonly logger: Logger;
  readonly memory: QueryMemory;
  readonly ownSeconds: () => number;
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
  { filledSeconds: filled, slow }: QueryMemory,
): Due[] {
  const { stepSeconds } = metric.monitor;
  const delaySeconds = metric.delaySeconds + filled;
  const window = queryWindow(timeSeconds, memory?.watermarkSeconds, { ...metric, stepSeconds, delaySeconds });
  if (window === undefined) return [];
  const mostSteps = slow.get(metric.name)?.mostSteps ?? Infinity;
  const endSeconds = Math.min(window.endSeconds, window.startSeconds + (mostSteps - 1) * stepSeconds);
  return [{ metric, memory, window: { ...window, endSeconds } }];
}

function triedSeconds({ slow }: QueryMemory, { metric }: Due): number {
  return slow.get(metric.name)?.triedSeconds ?? 0;
}

/** A query that took too long asks for half of it the next time, the older half first: no step is lost. */
function slowerThan({ metric, window }: Due, tick: QueryTick): { mostSteps: number; triedSeconds: number } {
  const steps = (window.endSeconds - window.startSeconds) / metric.monitor.stepSeconds + 1;
  return { mostSteps: Math.max(1, Math.floor(steps / 2)), triedSeconds: tick.timeSeconds };
}

function faultOf({ metric, window }: Due, fault: string): Answer {
  return { metric, window, fault };
}

/** @throws OutOfTimeError when the signal ends it; as the source does. */
async function answer(
  work: Work,
  due: Due,
  signal: AbortSignal,
  looksForFilling: boolean,
): Promise<readonly Answer[]> {
  const { source, tick, memory: learnt } = work;
  const { metric, memory } = due;
  const { stepSeconds } = metric.monitor;
  const query = {
    query: metric.query,
    labels: metric.labels,
    stepSeconds,
    maximumSeries: metric.maximumSeries,
  };
  const ask = async ({ startSeconds, endSeconds }: Pick<QueryWindow, 'startSeconds' | 'endSeconds'>) => {
    const steps = { startSeconds, endSeconds };
    return rejectedBy(signal, queryAnswerable(source, { ...query, ...steps }, signal));
  };
  const moreSeconds = looksForFilling ? STEPS_TO_SEE_FILLING * stepSeconds : 0;
  let result = await ask({ ...due.window, startSeconds: due.window.startSeconds - moreSeconds });
  if (isFallback(result, source)) return [{ metric, window: due.window, result, lateCheck: undefined }];
  const { clockSeconds } = result;
  const sourceSeconds =
    clockSeconds === undefined || !Number.isFinite(clockSeconds) ? undefined : clockSeconds;
  const isStill = sourceSeconds !== undefined && learnt.isStill(metric.name, tick.timeSeconds, sourceSeconds);
  const delaySeconds = metric.delaySeconds + learnt.filledSeconds;
  const happened = happenedPart(
    due.window,
    { tickSeconds: tick.timeSeconds, sourceSeconds, isStill, ownSeconds: work.ownSeconds() },
    { ...metric, delaySeconds },
    memory?.watermarkSeconds,
  );
  const notices = [...(result.notices ?? []), ...noticed(source, happened.notice)];
  // Nothing of what was asked for has happened yet: a later tick finds it.
  if (happened.window === undefined) return [];
  if (happened.window.startSeconds < due.window.startSeconds) result = await ask(happened.window);
  const filled = lookForFilling(work, result, happened.window, stepSeconds);
  if (filled.notice !== undefined) notices.push(...noticed(source, filled.notice));
  const unfilled = endingBy(happened.window, filled.endSeconds);
  if (unfilled === undefined) return [];
  const fault = objection(metric, memory, unfilled, result);
  if (fault !== undefined) return [{ metric, window: unfilled, fault }];
  const arrived = isRefusedAtEnd(unfilled, result)
    ? { window: unfilled, lateSeconds: 0 }
    : arrivedPart(unfilled, result.series, stepSeconds);
  if (arrived.lateSeconds > 0 && (result.series.length > 0 || hasLiveSeries(memory)))
    notices.push(...noticed(source, lateInWords(metric, arrived.lateSeconds, result.series)));
  const said = { ...result, warnings: [...result.warnings, ...notices] };
  if (arrived.window === undefined) return [];
  const lateWindow = memory && lateCheckWindow(metric, memory, arrived.window);
  const late = lateWindow && (await ask(lateWindow).catch(logged(work.logger, metric)));
  return partsOf(metric, arrived.window, said, late?.series);
}

/** A source that knows no signals is left behind when the time is over. */
async function rejectedBy<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  if (signal.aborted) throw signal.reason;
  let end: () => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason);
    signal.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([promise, ended]);
  } finally {
    signal.removeEventListener('abort', end);
    promise.catch(() => {});
  }
}

/** The answer in parts, apart by the steps that are given up. */
function partsOf(
  metric: WatchedMetric,
  window: QueryWindow,
  result: RangeResult,
  lateCheck: readonly Series[] | undefined,
): Answer[] {
  const refused = (result.refused ?? []).filter(
    (range) => range.endSeconds >= window.startSeconds && range.startSeconds <= window.endSeconds,
  );
  const windows = withoutRefused(window, refused, metric.monitor.stepSeconds);
  const last = windows.at(-1);
  if (last === undefined)
    return [{ metric, window, fault: refused.map(refusedInWords).join('; ') || 'No step is answered' }];
  // Steps behind the last answer are asked for again: they may be answered then.
  const givenUp = refused.filter(({ startSeconds }) => startSeconds < last.endSeconds).map(refusedInWords);
  const said = { ...result, warnings: [...result.warnings, ...givenUp] };
  return windows.map((part) =>
    part === last
      ? { metric, window: part, result: said, lateCheck: windows.length === 1 ? lateCheck : undefined }
      : {
          metric,
          window: part,
          result: { ...result, warnings: [] },
          lateCheck: part === windows[0] ? lateCheck : undefined,
          isContinued: true as const,
        },
  );
}

function noticed(source: SeriesSource, notice: string | undefined): string[] {
  if (notice === undefined) return [];
  source.noticed?.(notice);
  return [notice];
}

/** A small metric by which this process looks now whether Prometheus fills its newest steps; undefined when none is needed. */
function metricThatShowsFilling(due: readonly Due[], { source, memory, tick }: Work): Due | undefined {
  if (source.name !== 'prometheus') return undefined;
  if (Math.abs(tick.timeSeconds - memory.lookedForFillingSeconds) < LOOK_FOR_FILLING_SECONDS)
    return undefined;
  return due.find(({ metric, memory: known }) => {
    const series = known?.series.size ?? 0;
    return series > 0 && series <= MOST_SERIES_TO_LOOK_AT && !memory.slow.has(metric.name);
  });
}

/** @returns the newest step that the source does not fill, and what is to be said of it. */
function lookForFilling(
  { source, memory, tick }: Work,
  { series }: RangeResult,
  window: QueryWindow,
  stepSeconds: number,
): { readonly endSeconds: number; readonly notice: string | undefined } {
  const before = memory.filledSeconds;
  const endSeconds = window.endSeconds;
  // What lies far back is there: only an answer that reaches to the present shows it.
  const isOfPresent =
    source.name === 'prometheus' && tick.timeSeconds - endSeconds <= 10 * stepSeconds + before;
  const found = isOfPresent ? filledSeconds(series, stepSeconds) : undefined;
  if (found === undefined) return { endSeconds, notice: undefined };
  memory.lookedForFillingSeconds = tick.timeSeconds;
  if (found === 0) return { endSeconds, notice: undefined };
  memory.filledSeconds = before + found;
  return {
    endSeconds: endSeconds - found,
    notice:
      `The source fills its newest ${memory.filledSeconds} s with the value before them, as VictoriaMetrics does for ` +
      'its -search.latencyOffset: steps are scored so much later. Raise schedule.evaluationDelay by as much, or lower the offset',
  };
}

function isRefusedAtEnd({ endSeconds }: QueryWindow, { refused = [] }: RangeResult): boolean {
  return refused.some((range) => range.startSeconds <= endSeconds && endSeconds <= range.endSeconds);
}

function hasLiveSeries(memory: MetricMemory | undefined): boolean {
  const series = [...(memory?.series.values() ?? [])];
  return series.some(({ lastSeenSeconds }) => lastSeenSeconds === memory?.watermarkSeconds);
}

function endingBy(window: QueryWindow, endSeconds: number): QueryWindow | undefined {
  if (endSeconds >= window.endSeconds) return window;
  return endSeconds < window.startSeconds ? undefined : { ...window, endSeconds };
}

function lateInWords(metric: WatchedMetric, lateSeconds: number, series: readonly Series[]): string {
  return series.length === 0
    ? `No series has a sample: the newest ${lateSeconds} s are not scored yet, in case that samples are late`
    : `The samples come ${lateSeconds} s later than schedule.evaluationDelay (${metric.delaySeconds} s) allows: ` +
        'their steps are scored as they come. Raise schedule.evaluationDelay by as much';
}

function objection(
  metric: WatchedMetric,
  memory: MetricMemory | undefined,
  window: QueryWindow,
  { series, warnings }: RangeResult,
): string | undefined {
  if (series.length > metric.maximumSeries) {
    return (
      `The query returns ${series.length} series, the limit is ${metric.maximumSeries}: ` +
      'aggregate in the query (sum by, topk) or raise maximumSeries'
    );
  }
  if (memory === undefined) return undefined;
  if (window.skippedSeconds > 0 && memory.series.size > 0 && series.length === 0) {
    return `No series has a sample in a window that would leave a gap of ${window.skippedSeconds} s: waiting for one`;
  }
  if (warnings.length > 0 && canWait(metric, memory, window) && lacksLiveSeries(memory, series)) {
    return `The answer is partial, and lacks series that were there: asking again later (${warnings.join('; ')})`;
  }
  return undefined;
}

/** A partial answer is better than none once half of the catch-up is used up. */
function canWait(metric: WatchedMetric, memory: MetricMemory, window: QueryWindow): boolean {
  return window.endSeconds - memory.watermarkSeconds <= metric.maximumCatchUpSeconds / 2;
}

function lacksLiveSeries(memory: MetricMemory, answer: readonly Series[]): boolean {
  let live = 0;
  for (const { lastSeenSeconds, warmUp } of memory.series.values())
    if (lastSeenSeconds === memory.watermarkSeconds || warmUp !== undefined) live += 1;
  return answer.length < live;
}

function logged(logger: Logger, metric: WatchedMetric): (error: unknown) => undefined {
  return (error) => {
    logger.warn('Late samples could not be counted', { metric: metric.name, error });
    return undefined;
  };
}
