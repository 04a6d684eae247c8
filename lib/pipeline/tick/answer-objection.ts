import type { Series } from '../../series/series.ts';
import type { RangeResult } from '../../sources/series-source.ts';
import type { QueryWindow } from '../watch/query-window.ts';
import type { MetricMemory } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';

/** Why an answer is not scored now; undefined when it can be. */
export function objectionTo(
  metric: WatchedMetric,
  memory: MetricMemory | undefined,
  window: QueryWindow,
  { series, warnings }: RangeResult,
): string | undefined {
  if (series.length > metric.maximumSeries) {
    return (
      `The query returns ${series.length} series, the limit is ${metric.maximumSeries}: ` +
      'aggregate in the query (sum by, topk) or raise seriesLimit'
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
