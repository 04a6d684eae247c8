/**
 * The interval score of one observation: the width of the interval, plus a penalty for values outside that
 * grows with its level. Smaller is better; the quantiles of the true distribution are best on average.
 *
 * @param level the fraction of observations that the interval should hold; (0, 1).
 * @returns in the unit of the value, >= 0 for lower <= upper. Source: Gneiting and Raftery 2007, Strictly
 * Proper Scoring Rules, Prediction, and Estimation, equation 43.
 */
export function intervalScore(lower: number, upper: number, observed: number, level: number): number {
  const penalty = 2 / (1 - level);
  return upper - lower + penalty * Math.max(0, lower - observed) + penalty * Math.max(0, observed - upper);
}
