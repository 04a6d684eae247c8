import type { ProphetModel } from '../prophet/model.ts';
import type { BaselineModel } from './baseline-model.ts';
import { prophetForecaster } from './prophet-forecaster.ts';

/** Prophet with an exact fit. The first fit loads augurs and its WebAssembly. */
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
