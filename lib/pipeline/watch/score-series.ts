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

/** A series that is gone is recorded as such this often. */
const ABSENCE_SECONDS = 3600;

/** What scoring samples led to. */
export interface Outcome {
  readonly records: VerdictRecord[];
  readonly alerts: Alert[];
}

/** Steps of one metric, to be scored for several series. */
export interface Stretch {
  readonly metric: WatchedMetric;
  /** Unix seconds, ascending, one step apart. */
  readonly times: Float64Array;
  /** The step that was scored before the first of them. */
  readonly previousSeconds: number;
  /** Whether maintenance keeps news from being told, at each of them. */
  readonly isSilent: readonly boolean[];
  readonly models: MetricBaselines;
  readonly isSimulated: boolean;
  /** Where the block of time begins whose samples are counted, see late-samples.ts. */
  readonly blockSeconds: number;
}

/** The stretch with what is planned for it. */
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
 * Scores one series step by step. A step without a sample gives `no-data`, at the first of them and then once an hour, and
 * the alert that the series is missing where that is wanted.
 *
 * @param remembered is changed in place.
 * @param values the series' values at the stretch's times; NaN where it has none.
 * @param silentBeforeSeconds what lies before is learnt, and neither recorded nor told.
 * @returns whether the series is still known: after its time to live it is to be forgotten.
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
  const model = stretch.models.of(key);
  changeModel(metric, remembered, model);
  const circumstances: Circumstances = {
    isInMaintenance: false,
    isModelStale: model?.isStale === true,
    seasonalSkill: model?.seasonalSkill ?? 0,
  };
  const inMaintenance: Circumstances = { ...circumstances, isInMaintenance: true };
  // What came before a series was live counts as if it had never been.
  let previous = stretch.previousSeconds < silentBeforeSeconds ? -Infinity : stretch.previousSeconds;
  if (stretch.previousSeconds < blockSeconds) remembered.samplesInBlock = 0;
  for (let index = 0; index < times.length; index += 1) {
    const timeSeconds = times[index] as number;
    const value = values[index] as number;
    const isThere = !Number.isNaN(value);
    const isHistory = timeSeconds < silentBeforeSeconds;
    const isSilent = isHistory || stretch.isSilent[index] === true;
    // A series that has not had its first sample yet is not missing one.
    if (!isThere && (isHistory || remembered.lastSeenSeconds === 0)) continue;
    if (!isHistory) {
      const news = missingSeriesAlerts(metric, remembered, timeSeconds, previous, isThere);
      if (news !== undefined && !isSilent)
        outcome.alerts.push(alertOf(metric.name, key, labels, isSimulated, news));
      previous = timeSeconds;
    }
    if (!isThere) {
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
 * Whether a step without a sample gets a verdict of its own: the first one, then one an hour. A service that is deployed
 * daily would otherwise leave more records of the dead than of the living. A metric with `seriesMissing` gets all of them.
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

/** A series whose model was replaced takes over the new one without a jump in what it remembers; once a change. */
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
