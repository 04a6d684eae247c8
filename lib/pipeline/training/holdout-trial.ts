import { forecasterOf } from '../../baseline/forecasters.ts';
import type { HoldoutScores } from '../../baseline/holdout-scores.ts';
import type { SeriesMonitor } from '../../detector/monitor-series.ts';
import { type ModelOverHistory, replayToHoldout } from '../../evaluation/holdout-alerts.ts';
import { scoreHoldout } from '../../evaluation/score-holdout.ts';
import type { FittedModel } from '../../models/model-set.ts';
import { type ForecastTimes, forecastTimes } from '../../prophet/forecast-times.ts';
import { baselineAt, forecastFrom } from '../../series/band.ts';
import type { Samples } from '../../series/samples.ts';
import type { SharedWork } from './shared-work.ts';

/** The detector needs a week of warm-up before a rate per week is meaningful. */
const WARM_UP_SECONDS = 7 * 86_400;

/** Scores a model on the held-out samples: its band, and the detector's alerts by replay. */
export type HoldoutTrial = (fitted: FittedModel) => HoldoutScores;

/**
 * @param monitor the metric's detector and settings, with the step of the samples.
 * @param before ascending; its last week warms up the detector.
 * @param heldOut at least one sample.
 * @param incumbent the model that the detector uses up to the held-out samples.
 * @param level the share of values that the bands are to contain.
 */
export function holdoutTrial(
  monitor: SeriesMonitor<unknown>,
  before: Samples,
  heldOut: Samples,
  incumbent: FittedModel,
  level: number,
  shared: SharedWork,
): HoldoutTrial {
  const from = (heldOut.timesSeconds[0] ?? 0) - WARM_UP_SECONDS;
  const firstWarm = before.timesSeconds.findIndex((time) => time >= from);
  const warm = firstWarm < 0 ? before.timesSeconds.length : firstWarm;
  const samples = {
    timesSeconds: joined(before.timesSeconds.subarray(warm), heldOut.timesSeconds),
    values: joined(before.values.subarray(warm), heldOut.values),
  };
  const borderRow = samples.values.length - heldOut.values.length;
  const times = shared.times.of(samples.timesSeconds);
  const known = contenderOf(incumbent, times);
  const alertsWith = replayToHoldout({ ...monitor, skipBand: true }, samples, borderRow, known);
  return (fitted) => {
    const contender = fitted === incumbent ? known : contenderOf(fitted, times);
    const scores = scoreHoldout(forecastFrom(contender.forecast, borderRow), heldOut.values, level);
    return { ...scores, falseAlertsPerWeek: alertsWith(contender) };
  };
}

function contenderOf({ kind, model, skill }: FittedModel, times: ForecastTimes): ModelOverHistory {
  const forecaster = forecasterOf(kind);
  return {
    seasonalSkill: skill,
    forecast: forecaster.forecast(model, times),
    baselineAt: (timeSeconds) =>
      baselineAt(forecaster.forecast(model, forecastTimes(Float64Array.of(timeSeconds))), 0),
  };
}

function joined(one: Float64Array, other: Float64Array): Float64Array {
  const both = new Float64Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
