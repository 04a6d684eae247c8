import { designOf, trendOf } from './design.ts';
import type { StanProblem } from './stan-problem.ts';

/** A point in the problem's parameter space, in scaled units, from any optimizer. */
export interface ProphetParameters {
  readonly slope: number;
  readonly offset: number;
  readonly slopeChanges: Float64Array;
  readonly coefficients: Float64Array;
  readonly sigma: number;
}

/**
 * The log posterior density, up to a constant, of an additive Prophet with linear or flat growth. Evaluated
 * from the data alone, so that it can check any optimizer independently. Source: facebook/prophet,
 * prophet.stan, block "model".
 */
export function logPosterior(problem: StanProblem, parameters: ProphetParameters): number {
  const { slope, offset, slopeChanges, coefficients, sigma } = parameters;
  const isFlat = problem.growth === 'flat';
  const theta = new Float64Array(2 + slopeChanges.length);
  theta[0] = isFlat ? 0 : slope;
  theta[1] = offset;
  if (!isFlat) theta.set(slopeChanges, 2);
  const trend = trendOf(designOf(problem), theta);
  let squares = 0;
  for (let row = 0; row < problem.rowCount; row += 1) {
    let fitted = trend[row]!;
    for (let feature = 0; feature < problem.featureCount; feature += 1) {
      fitted += problem.features[row * problem.featureCount + feature]! * coefficients[feature]!;
    }
    squares += (problem.values[row]! - fitted) ** 2;
  }
  let density = -problem.rowCount * Math.log(sigma) - squares / (2 * sigma * sigma);
  density -= (slope * slope + offset * offset) / 50 + 2 * sigma * sigma;
  for (const change of slopeChanges) density -= Math.abs(change) / problem.changepointPriorScale;
  for (let feature = 0; feature < problem.featureCount; feature += 1) {
    density -= (coefficients[feature]! / problem.priorScales[feature]!) ** 2 / 2;
  }
  return density;
}
