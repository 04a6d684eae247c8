import { forecastProphet } from '../prophet/forecast.ts';
import { toUnixSeconds } from '../prophet/forecast-times.ts';
import type { ProphetModel } from '../prophet/model.ts';
import { decodeProphet, encodeProphet } from '../prophet/model-record.ts';
import type { BaselineModel } from './baseline-model.ts';

/** Prophet, fitted exactly. What only a fit needs (augurs and its WebAssembly) is loaded by the first fit. */
export const prophetBaseline: BaselineModel<ProphetModel> = {
  async fit(history, { intervalWidth, timeZone, prophet }) {
    const { fitProphet } = await import('../prophet/fit.ts');
    return fitProphet(history, {
      ...prophet,
      ...(intervalWidth === undefined ? {} : { intervalWidth }),
      ...(timeZone === undefined ? {} : { timeZone }),
    });
  },
  forecast: (model, times) => forecastProphet(model, times),
  skill: ({ quality }) => quality.skill,
  trainedUntilSeconds: ({ startSeconds, spanSeconds, clock }) =>
    toUnixSeconds(clock, startSeconds + spanSeconds),
  encode: encodeProphet,
  decode: decodeProphet,
};
