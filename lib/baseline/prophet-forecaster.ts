import { forecastProphet } from '../prophet/forecast.ts';
import { toUnixSeconds } from '../prophet/forecast-times.ts';
import type { ProphetModel } from '../prophet/model.ts';
import { decodeProphet, encodeProphet } from '../prophet/model-record.ts';
import type { BaselineForecaster } from './baseline-model.ts';

/** Forecasts of a fitted Prophet model: arithmetic alone, so that the tick does not include the fit. */
export const prophetForecaster: BaselineForecaster<ProphetModel> = {
  forecast: (model, times) => forecastProphet(model, times),
  skill: ({ quality }) => quality.skill,
  trainedUntilSeconds: ({ startSeconds, spanSeconds, clock }) =>
    toUnixSeconds(clock, startSeconds + spanSeconds),
  encode: encodeProphet,
  decode: decodeProphet,
};
