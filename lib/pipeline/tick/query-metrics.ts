import { forEachConcurrently } from '../../connections/concurrency.ts';
import type { Series } from '../../series/series.ts';
import { isFallback, type RangeResult, type SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type QueryWindow, queryWindow } from '../watch/query-window.ts';
import type { MetricMemory, ShardState } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { lateCheckWindow } from './late-samples.ts';

/** A clock that is told in whole seconds may be nearly a second ahead of what it says. */
const CLOCK_RESOLUTION_SECONDS = 1;

/** What the source answered for one metric. */
export type Answer = {
  readonly metric: WatchedMetric;
  readonly window: QueryWindow;
} & (
  | {
      readonly result: RangeResult;
      /** The steps before the window once more, where they are checked for late samples. */
      readonly lateCheck: readonly Series[] | undefined;
    }
  | { readonly fault: string }
);

/**
 * Asks the source for what became due of each metric, a few at once. A metric whose answer can't be scored has a fault,
 * and keeps its watermark for a later tick.
 */
export async function queryMetrics(
  source: SeriesSource,
  metrics: readonly WatchedMetric[],
  state: ShardState,
  tick: { readonly timeSeconds: number; readonly queryConcurrency: number },
  logger: Logger,
): Promise<Answer[]> {
  const answers: (Answer | undefined)[] = [];
  const due = metrics.flatMap((metric) => {
    const memory = state.metrics.get(metric.name);
    const window = windowOf(tick.timeSeconds, memory, metric);
    return window === undefined ? [] : [{ metric, memory, window }];
  });
  await forEachConcurrently(due, tick.queryConcurrency, async ({ metric, memory, window }, index) => {
    const ask = ({ startSeconds, endSeconds }: Pick<QueryWindow, 'startSeconds' | 'endSeconds'>) =>
      source.queryRange({
        query: metric.query,
        labels: metric.labels,
        startSeconds,
        endSeconds,
        stepSeconds: metric.monitor.stepSeconds,
      });
    try {
      const result = await ask(window);
      const happened = elapsedPart(window, result, metric, memory);
      // Nothing of what was asked for has happened yet: a later tick finds it.
      if (happened === undefined) return;
      if (isFallback(result, source)) {
        answers[index] = { metric, window, result, lateCheck: undefined };
        return;
      }
      const fault = faultOf(metric, memory, happened, result);
      if (fault !== undefined) {
        answers[index] = { metric, window, fault };
        return;
      }
      const lateWindow = memory && lateCheckWindow(metric, memory, happened);
      const late = lateWindow && (await ask(lateWindow).catch(logged(logger, metric)));
      answers[index] = { metric, window: happened, result, lateCheck: late?.series };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      answers[index] = { metric, window, fault };
    }
  });
  return answers.filter((answer) => answer !== undefined);
}

function windowOf(
  timeSeconds: number,
  memory: MetricMemory | undefined,
  metric: WatchedMetric,
): QueryWindow | undefined {
  return queryWindow(timeSeconds, memory?.watermarkSeconds, {
    ...metric,
    stepSeconds: metric.monitor.stepSeconds,
  });
}

/** The part of the window that has happened by the source's own clock: a tick's time may be wrong, and what is scored too early is lost. */
function elapsedPart(
  window: QueryWindow,
  { clockSeconds = Infinity }: RangeResult,
  metric: WatchedMetric,
  memory: MetricMemory | undefined,
): QueryWindow | undefined {
  const now = clockSeconds + CLOCK_RESOLUTION_SECONDS;
  const { stepSeconds } = metric.monitor;
  const newest = Math.floor((now - metric.delaySeconds) / stepSeconds) * stepSeconds;
  if (newest >= window.endSeconds) return window;
  const rightful = windowOf(now, memory, metric);
  // Steps that the wrong time would have skipped were not asked for.
  if (rightful === undefined || rightful.startSeconds < window.startSeconds) return undefined;
  return { ...window, endSeconds: newest };
}

function faultOf(
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
