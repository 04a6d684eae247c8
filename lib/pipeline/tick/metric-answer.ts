import type { Series } from '../../series/series.ts';
import { queryAnswerable } from '../../sources/answerable-steps.ts';
import { refusedInWords } from '../../sources/refused-ranges.ts';
import { isFallback, type RangeResult, type SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type QueryWindow, withoutRefused } from '../watch/query-window.ts';
import type { MetricMemory } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { objectionTo } from './answer-objection.ts';
import { arrivedPart } from './arrived-window.ts';
import { happenedPart } from './happened-window.ts';
import { lateCheckWindow } from './late-samples.ts';
import { lookForFilling } from './look-for-filling.ts';
import type { QueryMemory } from './query-memory.ts';

/** A look for filled steps takes so many steps more. */
const STEPS_TO_SEE_FILLING = 30;

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

/** A metric with steps that are due. */
export interface DueMetric {
  readonly metric: WatchedMetric;
  readonly memory: MetricMemory | undefined;
  readonly window: QueryWindow;
}

/** What the queries of a tick work with. */
export interface Querying {
  readonly source: SeriesSource;
  readonly tick: QueryTick;
  readonly logger: Logger;
  readonly memory: QueryMemory;
  readonly ownSeconds: () => number;
}

/**
 * Queries one metric, and finds which of its steps can be scored now.
 *
 * @param looksForFilling whether the answer also has to show if the source fills its newest steps.
 * @returns several answers where steps in between are given up; none where nothing can be scored yet.
 * @throws OutOfTimeError when the signal ends it, and what the source throws.
 */
export async function answerOf(
  work: Querying,
  due: DueMetric,
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
  const delaySeconds = metric.delaySeconds + learnt.filledSeconds(tick.timeSeconds);
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
  const fault = objectionTo(metric, memory, unfilled, result);
  if (fault !== undefined) return [{ metric, window: unfilled, fault }];
  const answered = endingBy(unfilled, answeredUntil(unfilled, result, stepSeconds));
  const arrived =
    answered === undefined
      ? { window: unfilled, lateSeconds: 0 }
      : arrivedPart(answered, result.series, stepSeconds, metric.maximumLatenessSeconds);
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

/** The newest step that is not refused: those behind it are asked for again. */
function answeredUntil(
  { endSeconds }: QueryWindow,
  { refused = [] }: RangeResult,
  stepSeconds: number,
): number {
  const atEnd = refused.find((range) => range.startSeconds <= endSeconds && endSeconds <= range.endSeconds);
  return atEnd === undefined ? endSeconds : atEnd.startSeconds - stepSeconds;
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

function logged(logger: Logger, metric: WatchedMetric): (error: unknown) => undefined {
  return (error) => {
    logger.warn('Late samples could not be counted', { metric: metric.name, error });
    return undefined;
  };
}
