import { forecasterOf } from '../../../lib/baseline/forecasters.ts';
import {
  adoptBaseline,
  monitorSample,
  startSeries,
  usualCircumstances,
} from '../../../lib/detector/monitor-series.ts';
import type { FittedModel } from '../../../lib/models/model-set.ts';
import { findExcursions } from '../../../lib/pipeline/training/excursions.ts';
import type { TrainedMetric } from '../../../lib/pipeline/training/trained-metric.ts';
import { forecastTimes } from '../../../lib/prophet/forecast-times.ts';
import { baselineAt, type Forecast } from '../../../lib/series/band.ts';
import type { Samples } from '../../../lib/series/samples.ts';
import { DAY } from './training-run.ts';

/** What a model is worth on held-out samples, worked out sample by sample. */
export interface Worth {
  readonly error: number;
  readonly intervalScore: number;
  readonly coverage: number;
  readonly alertsPerWeek: number;
}

/** The values of a function on a grid, start included and end not; where it has none there is no sample. */
export function samplesOf(
  valueAt: (time: number) => number | undefined,
  startSeconds: number,
  endSeconds: number,
  stepSeconds: number,
): Samples {
  const pairs: [number, number][] = [];
  for (let time = startSeconds; time < endSeconds; time += stepSeconds) {
    const value = valueAt(time);
    if (value !== undefined) pairs.push([time, value]);
  }
  return {
    timesSeconds: Float64Array.from(pairs, ([time]) => time),
    values: Float64Array.from(pairs, ([, value]) => value),
  };
}

function forecastOf({ kind, model }: FittedModel, timesSeconds: Float64Array): Forecast {
  return forecasterOf(kind).forecast(model, forecastTimes(timesSeconds));
}

/** Mean absolute error on samples. */
export function errorOn(fitted: FittedModel, { timesSeconds, values }: Samples): number {
  const { expected } = forecastOf(fitted, timesSeconds);
  return values.reduce((sum, value, row) => sum + Math.abs(value - expected[row]!), 0) / values.length;
}

/**
 * Champion and successor held against the last day of a history, without what the champion takes for incidents: the detector has lived with the
 * champion for a week, and changes to the successor on the border.
 */
export function heldAgainst(
  history: Samples,
  champion: FittedModel,
  successor: FittedModel,
  { monitor, settings }: TrainedMetric,
): { readonly champion: Worth; readonly successor: Worth } {
  const incidents = findExcursions(history, forecastOf(champion, history.timesSeconds));
  const rows = [...history.timesSeconds.keys()].filter((row) => {
    const time = history.timesSeconds[row]!;
    return !incidents.some(({ startSeconds, endSeconds }) => time >= startSeconds && time < endSeconds);
  });
  const times = Float64Array.from(rows, (row) => history.timesSeconds[row]!);
  const values = Float64Array.from(rows, (row) => history.values[row]!);
  const span = times.at(-1)! - times[0]!;
  const border = times.at(-1)! + settings.stepSeconds - Math.min(settings.promotion.holdoutSeconds, span / 4);
  const heldOut = {
    timesSeconds: times.filter((time) => time >= border),
    values: values.slice(times.findIndex((time) => time >= border)),
  };
  const worthOf = (fitted: FittedModel): Worth => {
    const band = forecastOf(fitted, heldOut.timesSeconds);
    let inside = 0;
    let score = 0;
    for (const [row, value] of heldOut.values.entries()) {
      const [lower, upper] = [band.lower[row]!, band.upper[row]!];
      const outside = Math.max(lower - value, value - upper, 0);
      if (outside === 0) inside += 1;
      score += upper - lower + (2 / (1 - settings.intervalWidth)) * outside;
    }
    const count = heldOut.values.length;
    return {
      error: errorOn(fitted, heldOut),
      intervalScore: score / count,
      coverage: inside / count,
      alertsPerWeek: (alertsWith(fitted) * 7 * DAY) / (count * settings.stepSeconds),
    };
  };
  return { champion: worthOf(champion), successor: worthOf(successor) };

  function alertsWith(fitted: FittedModel): number {
    const watching = { ...monitor, stepSeconds: settings.stepSeconds };
    const state = startSeries(watching);
    const before = forecastOf(champion, times);
    const after = forecastOf(fitted, times);
    let alerts = 0;
    for (const [row, timeSeconds] of times.entries()) {
      if (timeSeconds < heldOut.timesSeconds[0]! - 7 * DAY) continue;
      const isHeldOut = timeSeconds >= border;
      if (timeSeconds === heldOut.timesSeconds[0] && fitted !== champion)
        adoptBaseline(watching, state, (time) => baselineAt(forecastOf(fitted, Float64Array.of(time)), 0));
      const { events } = monitorSample(
        watching,
        state,
        { timeSeconds, value: values[row]! },
        baselineAt(isHeldOut ? after : before, row),
        { ...usualCircumstances, seasonalSkill: (isHeldOut ? fitted : champion).skill },
      );
      if (isHeldOut) alerts += events.filter(({ kind }) => kind !== 'resolved').length;
    }
    return alerts;
  }
}
