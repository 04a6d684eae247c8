import type { HoldoutScores } from '../baseline/holdout-scores.ts';
import type { Forecast } from '../series/band.ts';
import { intervalScore } from './interval-score.ts';

/**
 * Scores a forecast on observed values.
 *
 * @param observed one finite value for each time of the forecast; at least one.
 * @param level the fraction of values that the band should hold; (0, 1).
 */
export function scoreHoldout(forecast: Forecast, observed: Float64Array, level: number): HoldoutScores {
  let inside = 0;
  let interval = 0;
  let error = 0;
  for (const [row, value] of observed.entries()) {
    const lower = forecast.lower[row]!;
    const upper = forecast.upper[row]!;
    if (value >= lower && value <= upper) inside += 1;
    interval += intervalScore(lower, upper, value, level);
    error += Math.abs(value - forecast.expected[row]!);
  }
  const samples = observed.length;
  return {
    samples,
    coverage: inside / samples,
    intervalScore: interval / samples,
    error: error / samples,
  };
}
