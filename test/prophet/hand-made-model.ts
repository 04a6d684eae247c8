import type { ProphetModel } from '../../lib/prophet/model.ts';
import type { StanProblem } from '../../lib/prophet/stan-problem.ts';
import { bandTableOf } from '../../lib/prophet/trend-uncertainty.ts';

export const DAY_SECONDS = 86_400;
/** A midnight in UTC, at which the model's history begins. */
export const START_SECONDS = 19_700 * DAY_SECONDS;

const noise = { sigma: 0.02, changepointRate: 0, slopeChangeScale: 0 };

/** A model of ten days whose forecasts can be computed by hand: from 100 to 140 in the unit of the value, without components. */
export function modelOf(changes: Partial<ProphetModel> = {}): ProphetModel {
  const band = {
    sigma: changes.sigma ?? noise.sigma,
    changepointRate: changes.changepointRate ?? noise.changepointRate,
    slopeChangeScale: changes.slopeChangeScale ?? noise.slopeChangeScale,
  };
  return {
    kind: 'prophet',
    growth: 'linear',
    startSeconds: START_SECONDS,
    spanSeconds: 10 * DAY_SECONDS,
    floor: 80,
    scale: 40,
    slope: 1,
    offset: 0.5,
    changepoints: new Float64Array(0),
    slopeChanges: new Float64Array(0),
    ...noise,
    capacity: 0,
    seasonalities: [],
    holidays: [],
    regressors: [],
    clock: undefined,
    band: bandTableOf(band, 0.95),
    quality: {
      samples: 2880,
      stepSeconds: 300,
      completeness: 1,
      skill: 0.5,
      kktResidual: 0,
      method: 'exact',
    },
    ...changes,
  };
}

/** A problem of a few rows, with the given columns of features. */
export function problemOf(
  columns: readonly (readonly number[])[],
  changes: Partial<StanProblem> = {},
): StanProblem {
  const values = changes.values ?? Float64Array.from(columns[0] ?? []);
  const rowCount = values.length;
  return {
    growth: 'linear',
    rowCount,
    featureCount: columns.length,
    values,
    times: Float64Array.from({ length: rowCount }, (_, row) => row / (rowCount - 1)),
    changepoints: Float64Array.of(0.25, 0.5),
    features: Float64Array.from({ length: rowCount * columns.length }, (_, cell) => {
      return columns[cell % columns.length]![Math.floor(cell / columns.length)]!;
    }),
    multiplicative: new Uint8Array(columns.length),
    priorScales: new Float64Array(columns.length).fill(10),
    changepointPriorScale: 0.05,
    capacities: new Float64Array(rowCount),
    ...changes,
  };
}
