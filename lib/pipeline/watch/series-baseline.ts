import { forecasterOf } from '../../baseline/forecasters.ts';
import type { FittedModel } from '../../models/model-set.ts';
import { type ForecastTimes, forecastTimes } from '../../prophet/forecast-times.ts';
import { baselineAt } from '../../series/band.ts';
import type { SeriesBaseline } from './baselines.ts';

/** A stored model at given times. @param modelVersion the version in which it was fitted. */
export function seriesBaseline(
  { kind, model, skill }: FittedModel,
  modelVersion: string,
  times: ForecastTimes,
  isStale: boolean,
): SeriesBaseline {
  const forecaster = forecasterOf(kind);
  return {
    modelVersion,
    forecast: forecaster.forecast(model, times),
    seasonalSkill: skill,
    isStale,
    baselineAt: (timeSeconds) =>
      baselineAt(forecaster.forecast(model, forecastTimes(Float64Array.of(timeSeconds))), 0),
  };
}
