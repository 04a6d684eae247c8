import { startSeries } from '../../detector/monitor-series.ts';
import { newcomerAmong, startBeside } from '../../detector/newcomer.ts';
import { seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { Baselines } from './baselines.ts';
import type { QueryWindow } from './query-window.ts';
import { type Outcome, scoreSeries, stretchOf } from './score-series.ts';
import type { MetricMemory, SeriesMemory } from './shard-state.ts';
import { stepsBetween, valuesAt } from './steps.ts';
import { startWarmUp } from './warm-up.ts';
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
    addNewSeries(metric, memory, found, times);
    // One array is reused for all series.
    const values = new Float64Array(times.length);
    for (const [key, remembered] of memory.series) {
      if (remembered.warmUp !== undefined) continue;
      valuesAt(times, found.get(key), values);
      const isKnown = scoreSeries(stretch, key, remembered, values, outcome);
      if (!isKnown) memory.series.delete(key);
    }
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

function renewNewcomer({ monitor }: WatchedMetric, memory: MetricMemory): void {
  const states = [...memory.series.values()].flatMap(({ state, warmUp }) =>
    warmUp === undefined ? [state] : [],
  );
  memory.newcomer = newcomerAmong(monitor.detector, monitor.stepSeconds, states);
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
      state:
        memory.newcomer === undefined
          ? startSeries(metric.monitor)
          : startBeside(metric.monitor.detector, memory.newcomer),
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
