import type { ProphetModel } from '../prophet/model.ts';
import type { BaselineModel } from './baseline-model.ts';
import { prophetForecaster } from './prophet-forecaster.ts';

/** Prophet, fitted exactly. What only a fit needs (augurs and its WebAssembly) is loaded by the first fit. */
export const prophetBaseline: BaselineModel<ProphetModel> = {
  ...prophetForecaster,
  async fit(history, { intervalWidth, timeZone, designs, prophet }) {
    const { fitProphet } = await import('../prophet/fit.ts');
    const options = {
      ...prophet,
      ...(intervalWidth === undefined ? {} : { intervalWidth }),
      ...(timeZone === undefined ? {} : { timeZone }),
    };
    return fitProphet(history, options, designs);
  },
};
