import type { Series } from '../../series/series.ts';
import type { RangeResult, SeriesSource } from '../../sources/series-source.ts';
import type { QueryWindow } from '../watch/query-window.ts';
import type { MetricMemory } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { filledSeconds } from './filled-steps.ts';
import type { QueryMemory } from './query-memory.ts';

/** The look is at a metric of at most so many series. */
const MOST_SERIES_TO_LOOK_AT = 50;

/** What a look for filled steps works with. */
interface FillingLook {
  readonly source: SeriesSource;
  readonly memory: QueryMemory;
  readonly tick: { readonly timeSeconds: number };
}

/** A small metric by which this process looks now whether Prometheus fills its newest steps; undefined when none is needed. */
export function metricThatShowsFilling<
  Due extends { readonly metric: WatchedMetric; readonly memory: MetricMemory | undefined },
>(due: readonly Due[], { source, memory, tick }: FillingLook): Due | undefined {
  if (source.name !== 'prometheus') return undefined;
  if (!memory.isLookForFillingDue(tick.timeSeconds)) return undefined;
  return due.find(({ metric, memory: known }) => {
    const series = known?.series.size ?? 0;
    return series > 0 && series <= MOST_SERIES_TO_LOOK_AT && !memory.slow.has(metric.name);
  });
}

/** @returns the newest step that the source does not fill, and what is to be said of it. */
export function lookForFilling(
  { source, memory, tick }: FillingLook,
  { series }: RangeResult,
  window: QueryWindow,
  stepSeconds: number,
): { readonly endSeconds: number; readonly notice: string | undefined } {
  const before = memory.filledSeconds(tick.timeSeconds);
  const endSeconds = window.endSeconds;
  // What lies far back is there: only an answer that reaches to the present shows it.
  const isOfPresent =
    source.name === 'prometheus' && tick.timeSeconds - endSeconds <= 10 * stepSeconds + before;
  const found = isOfPresent ? filledSeconds(upTo(series, endSeconds), stepSeconds) : undefined;
  if (found === undefined) return { endSeconds, notice: undefined };
  memory.lookedForFilling(before + found, tick.timeSeconds);
  if (found === 0) return { endSeconds, notice: undefined };
  return {
    endSeconds: endSeconds - found,
    notice:
      `The source fills its newest ${before + found} s with the value before them, as VictoriaMetrics does for ` +
      'its -search.latencyOffset: steps are scored so much later. Raise schedule.evaluationDelay by as much, or lower the offset',
  };
}

/** What has not happened yet by the source's own clock is filled by every source: it repeats its last sample. */
function upTo(series: readonly Series[], endSeconds: number): Series[] {
  return series.map((one) => {
    const { timesSeconds, values } = one.samples;
    const beyond = timesSeconds.findIndex((time) => time > endSeconds);
    if (beyond < 0) return one;
    return {
      ...one,
      samples: { timesSeconds: timesSeconds.subarray(0, beyond), values: values.subarray(0, beyond) },
    };
  });
}
