import { seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { Baselines } from './baselines.ts';
import { addNewSeries, renewNewcomer } from './new-series.ts';
import type { QueryWindow } from './query-window.ts';
import { type Outcome, scoreSeries, stretchOf } from './score-series.ts';
import type { MetricMemory, SeriesMemory } from './shard-state.ts';
import { stepsBetween, valuesAt } from './steps.ts';
import type { WatchedMetric } from './watched-metric.ts';

const SECONDS_PER_DAY = 86_400;

/**
 * Scores the samples of one metric's window, series by series, step by step. A known series without a sample at a step
 * gets the verdict `no-data`; a new series goes to the warm-up if the metric has one, and begins with what is usual for its siblings.
 *
 * @param memory is changed in place, its watermark included.
 */
export function scoreMetric(
  metric: WatchedMetric,
  memory: MetricMemory,
  window: QueryWindow,
  answer: readonly Series[],
  baselines: Baselines,
  isSimulated: boolean,
): Outcome {
  const outcome: Outcome = { records: [], alerts: [] };
  const found = new Map(answer.map((series) => [seriesKey(series.labels), series]));
  for (const times of daysOf(
    stepsBetween(window.startSeconds, window.endSeconds, metric.monitor.stepSeconds),
  )) {
    if (dayOf(times[0]!) > dayOf(memory.watermarkSeconds)) renewNewcomer(metric, memory);
    const stretch = stretchOf(metric, times, memory.watermarkSeconds, baselines, isSimulated);
    // One array is reused for all series.
    const values = new Float64Array(times.length);
    const score = (series: ReadonlyMap<string, SeriesMemory>) => {
      for (const [key, remembered] of series) {
        if (remembered.warmUp !== undefined) continue;
        valuesAt(times, found.get(key), values);
        const isKnown = scoreSeries(stretch, key, remembered, values, outcome);
        if (!isKnown) memory.series.delete(key);
      }
    };
    score(memory.series);
    // After the others, so that what it takes over is complete.
    score(addNewSeries(metric, memory, found, times));
    memory.watermarkSeconds = times.at(-1)!;
  }
  memory.watermarkSeconds = window.endSeconds;
  return outcome;
}

/** The steps by UTC day: what siblings are like is taken at midnight, however many steps a window has. */
function daysOf(times: Float64Array): Float64Array[] {
  const days: Float64Array[] = [];
  for (let first = 0; first < times.length; ) {
    const day = dayOf(times[first]!);
    const next = times.findIndex((time) => dayOf(time) > day);
    const end = next < 0 ? times.length : next;
    days.push(times.subarray(first, end));
    first = end;
  }
  return days;
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / SECONDS_PER_DAY);
}
