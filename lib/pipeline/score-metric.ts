import type { Alert } from '../alerts/alert-channel.ts';
import {
  adoptBaseline,
  type Circumstances,
  monitorSample,
  startSeries,
  usualCircumstances,
} from '../detector/monitor-series.ts';
import type { VerdictRecord } from '../results/result-store.ts';
import { baselineAt } from '../series/band.ts';
import { seriesKey } from '../series/labels.ts';
import type { Series } from '../series/series.ts';
import { alertOf } from './alert-identity.ts';
import type { Baselines, SeriesBaseline } from './baselines.ts';
import { maintenanceDuring } from './maintenance.ts';
import type { MonitoredMetric } from './monitored-metric.ts';
import type { QueryWindow } from './query-window.ts';
import type { MetricMemory, SeriesMemory } from './shard-state.ts';

/** What scoring one metric's new samples led to. */
export interface MetricOutcome {
  readonly records: readonly VerdictRecord[];
  readonly alerts: readonly Alert[];
}

/**
 * Scores the samples of one metric's window, series by series, step by step. A series that is known and has no sample
 * at a step gets the verdict `no-data`.
 *
 * @param memory is changed in place, its watermark included.
 */
export function scoreMetric(
  metric: MonitoredMetric,
  memory: MetricMemory,
  window: QueryWindow,
  answer: readonly Series[],
  baselines: Baselines,
  isSimulated: boolean,
): MetricOutcome {
  const records: VerdictRecord[] = [];
  const alerts: Alert[] = [];
  const times = stepsOf(window, metric.monitor.stepSeconds);
  const { startSeconds, endSeconds } = window;
  const isInMaintenance = maintenanceDuring(metric.maintenance ?? [], metric.name, startSeconds, endSeconds);
  const isSilent = Array.from(times, isInMaintenance);
  const found = new Map(answer.map((series) => [seriesKey(series.labels), series]));
  for (const [key, series] of found) {
    if (!memory.series.has(key)) {
      const state = startSeries(metric.monitor);
      memory.series.set(key, { labels: series.labels, state, lastSeenSeconds: 0 });
    }
  }
  const models = baselines.at(metric.name, times);
  for (const [key, remembered] of memory.series) {
    const model = models.of(key);
    changeModel(metric, remembered, model);
    const circumstances: Circumstances = {
      ...usualCircumstances,
      isModelStale: model?.isStale === true,
      seasonalSkill: model?.seasonalSkill ?? 0,
    };
    const inMaintenance: Circumstances = { ...circumstances, isInMaintenance: true };
    const values = valuesAt(times, found.get(key));
    times.forEach((timeSeconds, index) => {
      const value = values[index] as number;
      if (!Number.isNaN(value)) remembered.lastSeenSeconds = timeSeconds;
      else if (isNew(remembered)) return;
      const baseline = model && baselineAt(model.forecast, index);
      const { verdict, events } = monitorSample(
        metric.monitor,
        remembered.state,
        { timeSeconds, value },
        baseline,
        isSilent[index] === true ? inMaintenance : circumstances,
      );
      const { labels } = remembered;
      records.push({ measurement: 'verdict', metric: metric.name, labels, isSimulated, verdict });
      for (const event of events) alerts.push(alertOf(metric.name, key, labels, isSimulated, event));
    });
  }
  memory.watermarkSeconds = window.endSeconds;
  return { records, alerts };
}

/** A series whose model was replaced takes over the new one without a jump in what it remembers; once a change. */
function changeModel(
  { monitor }: MonitoredMetric,
  remembered: SeriesMemory,
  model: SeriesBaseline | undefined,
): void {
  const before = remembered.modelVersion;
  if (model !== undefined && before !== undefined && before !== model.modelVersion)
    adoptBaseline(monitor, remembered.state, model.baselineAt);
  remembered.modelVersion = model?.modelVersion;
}

/** A series that has not had its first sample yet is not missing one. */
function isNew(series: SeriesMemory): boolean {
  return series.lastSeenSeconds === 0;
}

function stepsOf({ startSeconds, endSeconds }: QueryWindow, stepSeconds: number): Float64Array {
  const count = Math.round((endSeconds - startSeconds) / stepSeconds) + 1;
  return Float64Array.from({ length: count }, (_, index) => startSeconds + index * stepSeconds);
}

/** The series' values at the steps; NaN where it has none. Both are ascending. */
function valuesAt(times: Float64Array, series: Series | undefined): Float64Array {
  const values = new Float64Array(times.length).fill(Number.NaN);
  if (series === undefined) return values;
  const { timesSeconds, values: found } = series.samples;
  let at = 0;
  for (let index = 0; index < times.length; index += 1) {
    const wanted = times[index] as number;
    while (at < timesSeconds.length && (timesSeconds[at] as number) < wanted) at += 1;
    if (timesSeconds[at] === wanted) values[index] = found[at] as number;
  }
  return values;
}
