import type { StanProblem } from './stan-problem.ts';

/**
 * The fraction that the seasonal part explains in sample: 1 - mean|y - trend - seasonal| / mean|y - trend|.
 * At most 1; 0 or less when the trend alone does as well. The online detector subtracts the seasonal part
 * only from a skill of 0.1.
 *
 * @param trend scaled, one per row.
 */
export function seasonalSkill(problem: StanProblem, trend: Float64Array, coefficients: Float64Array): number {
  const { rowCount, featureCount, features, multiplicative, values } = problem;
  let withSeason = 0;
  let withTrend = 0;
  for (let row = 0; row < rowCount; row += 1) {
    let added = 0;
    let factor = 0;
    for (let feature = 0; feature < featureCount; feature += 1) {
      const contribution = features[row * featureCount + feature]! * coefficients[feature]!;
      if (multiplicative[feature] === 1) factor += contribution;
      else added += contribution;
    }
    const detrended = values[row]! - trend[row]!;
    withTrend += Math.abs(detrended);
    withSeason += Math.abs(detrended - trend[row]! * factor - added);
  }
  return withTrend === 0 ? 0 : 1 - withSeason / withTrend;
}
