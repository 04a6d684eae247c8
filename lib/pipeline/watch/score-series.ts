import type { Alert } from '../../alerts/alert-channel.ts';
import {
  adoptBaseline,
  type Circumstances,
  missingSample,
  monitorSample,
} from '../../detector/monitor-series.ts';
import type { VerdictRecord } from '../../results/result-store.ts';
import { baselineAt } from '../../series/band.ts';
import { alertOf } from './alert-identity.ts';
import type { Baselines, MetricBaselines, SeriesBaseline } from './baselines.ts';
import { maintenanceDuring } from './maintenance.ts';
import { missingSeriesAlerts } from './missing-series.ts';
import type { SeriesMemory } from './shard-state.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** How often the absence of a gone series is recorded. */
const ABSENCE_SECONDS = 3600;

/** The result of scoring samples. */
export interface Outcome {
  readonly records: VerdictRecord[];
  readonly alerts: Alert[];
}

/** Steps of one metric to score for several series. */
export interface Stretch {
  readonly metric: WatchedMetric;
  /** Unix seconds, ascending, one step apart. */
  readonly times: Float64Array;
  /** The step scored before the first of them. */
  readonly previousSeconds: number;
  /** Whether maintenance suppresses alerts, at each of them. */
  readonly isSilent: readonly boolean[];
  readonly models: MetricBaselines;
  readonly isSimulated: boolean;
  /** Start of the time block whose samples are counted, see late-samples.ts. */
  readonly blockSeconds: number;
}

/** The stretch with its maintenance and models. */
export function stretchOf(
  metric: WatchedMetric,
  times: Float64Array,
  previousSeconds: number,
  baselines: Baselines,
  isSimulated: boolean,
): Stretch {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const isInMaintenance = maintenanceDuring(metric.maintenance ?? [], metric.name, first, last);
  const isSilent = Array.from(times, isInMaintenance);
  const models = baselines.at(metric.name, times);
  const { lateCheckSeconds } = metric;
  const blockSeconds =
    lateCheckSeconds === undefined ? Infinity : Math.floor(last / lateCheckSeconds) * lateCheckSeconds;
  return { metric, times, previousSeconds, isSilent, models, isSimulated, blockSeconds };
}

/**
 * Scores one series step by step. A step without a sample gives `no-data`, the first time and then once an hour, and an
 * alert when the series goes missing and the metric has `alertOnMissing`.
 *
 * @param remembered is changed in place.
 * @param values the series' values at the stretch's times; NaN without a sample.
 * @param silentBeforeSeconds earlier samples are learnt, but give neither records nor alerts.
 * @returns false when the series' time to live has passed and it can be removed.
 */
export function scoreSeries(
  stretch: Stretch,
  key: string,
  remembered: SeriesMemory,
  values: Float64Array,
  outcome: Outcome,
  silentBeforeSeconds = -Infinity,
): boolean {
  const { metric, times, isSimulated, blockSeconds } = stretch;
  const { labels } = remembered;
  const { modelKey } = remembered;
  const model = stretch.models.of(key) ?? (modelKey === undefined ? undefined : stretch.models.of(modelKey));
  changeModel(metric, remembered, model);
  const circumstances: Circumstances = {
    isInMaintenance: false,
    isModelStale: model?.isStale === true,
    seasonalSkill: model?.seasonalSkill ?? 0,
  };
  const inMaintenance: Circumstances = { ...circumstances, isInMaintenance: true };
  // Steps before the series was live do not count for missing-series alerts.
  let previous = stretch.previousSeconds < silentBeforeSeconds ? -Infinity : stretch.previousSeconds;
  if (stretch.previousSeconds < blockSeconds) remembered.samplesInBlock = 0;
  for (let index = 0; index < times.length; index += 1) {
    const timeSeconds = times[index] as number;
    const value = values[index] as number;
    const isPresent = !Number.isNaN(value);
    const isHistory = timeSeconds < silentBeforeSeconds;
    const isSilent = isHistory || stretch.isSilent[index] === true;
    // A series is not missing before its first sample.
    if (!isPresent && (isHistory || remembered.lastSeenSeconds === 0)) continue;
    if (!isHistory) {
      const event = missingSeriesAlerts(metric, remembered, timeSeconds, previous, isPresent);
      if (event !== undefined && !isSilent)
        outcome.alerts.push(alertOf(metric.name, key, labels, isSimulated, event));
      previous = timeSeconds;
    }
    if (!isPresent) {
      if (timeSeconds - remembered.lastSeenSeconds >= (metric.ttlSeconds ?? Infinity)) return false;
      if (!isAbsenceRecorded(metric, remembered, timeSeconds)) continue;
      const verdict = missingSample(timeSeconds);
      outcome.records.push({ measurement: 'verdict', metric: metric.name, labels, isSimulated, verdict });
      continue;
    }
    remembered.lastSeenSeconds = timeSeconds;
    if (timeSeconds >= blockSeconds) remembered.samplesInBlock += 1;
    const { verdict, events } = monitorSample(
      metric.monitor,
      remembered.state,
      { timeSeconds, value },
      model && baselineAt(model.forecast, index),
      isSilent ? inMaintenance : circumstances,
    );
    if (isHistory) continue;
    outcome.records.push({ measurement: 'verdict', metric: metric.name, labels, isSimulated, verdict });
    for (const event of events) outcome.alerts.push(alertOf(metric.name, key, labels, isSimulated, event));
  }
  return true;
}

/**
 * Whether a step without a sample gets a verdict: the first one, then one an hour. Otherwise a service that is deployed
 * daily would store more records of gone series than of live ones. A metric with `seriesMissing` records all of them.
 */
function isAbsenceRecorded(
  { alertOnMissing, monitor: { stepSeconds } }: WatchedMetric,
  { lastSeenSeconds }: SeriesMemory,
  timeSeconds: number,
): boolean {
  const isFirst = timeSeconds - lastSeenSeconds <= stepSeconds;
  const hourOf = (seconds: number) => Math.floor(seconds / ABSENCE_SECONDS);
  return alertOnMissing === true || isFirst || hourOf(timeSeconds) !== hourOf(timeSeconds - stepSeconds);
}

/** Moves the state of a series to its new model without a jump, once per model change. */
function changeModel(
  { monitor }: WatchedMetric,
  remembered: SeriesMemory,
  model: SeriesBaseline | undefined,
): void {
  const before = remembered.modelVersion;
  if (model !== undefined && before !== undefined && before !== model.modelVersion)
    adoptBaseline(monitor, remembered.state, model.baselineAt);
  remembered.modelVersion = model?.modelVersion;
}
