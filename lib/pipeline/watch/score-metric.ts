import { startSeries } from '../../detector/monitor-series.ts';
import { seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { Baselines } from './baselines.ts';
import type { QueryWindow } from './query-window.ts';
import { type Outcome, scoreSeries, stretchOf } from './score-series.ts';
import type { MetricMemory, SeriesMemory } from './shard-state.ts';
import { stepsBetween, valuesAt } from './steps.ts';
import { startWarmUp } from './warm-up.ts';
import type { WatchedMetric } from './watched-metric.ts';

/**
 * Scores the samples of one metric's window, series by series, step by step. A known series without a sample at a step
 * gets the verdict `no-data`; a new series goes to the warm-up if the metric has one.
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
  const times = stepsBetween(window.startSeconds, window.endSeconds, metric.monitor.stepSeconds);
  const stretch = stretchOf(metric, times, memory.watermarkSeconds, baselines, isSimulated);
  const found = new Map(answer.map((series) => [seriesKey(series.labels), series]));
  addNewSeries(metric, memory, found, times);
  // One array is reused for all series.
  const values = new Float64Array(times.length);
  for (const [key, remembered] of memory.series) {
    if (remembered.warmUp !== undefined) continue;
    valuesAt(times, found.get(key), values);
    const isKnown = scoreSeries(stretch, key, remembered, values, outcome);
    if (!isKnown) memory.series.delete(key);
  }
  memory.watermarkSeconds = window.endSeconds;
  return outcome;
}

function addNewSeries(
  metric: WatchedMetric,
  memory: MetricMemory,
  found: ReadonlyMap<string, Series>,
  times: Float64Array,
): void {
  let hasNew = false;
  for (const [key, series] of found) {
    if (memory.series.has(key)) continue;
    const first = valuesAt(times, series).findIndex((value) => !Number.isNaN(value));
    if (first < 0) continue;
    hasNew = true;
    memory.series.set(key, {
      labels: series.labels,
      state: startSeries(metric.monitor),
      lastSeenSeconds: 0,
      samplesInBlock: 0,
      warmUp: startWarmUp(metric, times[first] as number),
    });
  }
  if (hasNew) sortByKey(memory.series);
}

/** The order must not depend on which tick saw a series first: equal states must have equal bytes. */
function sortByKey(series: Map<string, SeriesMemory>): void {
  const sorted = [...series].sort(([one], [other]) => (one < other ? -1 : 1));
  series.clear();
  for (const [key, remembered] of sorted) series.set(key, remembered);
}
