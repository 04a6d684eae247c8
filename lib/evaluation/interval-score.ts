/**
 * The interval score of one observation: the width of the interval, and a penalty for what lies outside that grows as the
 * interval promises more. Smaller is better; the quantiles of the true distribution are best on average.
 *
 * @param level the share of observations that the interval promises to hold; (0, 1).
 * @returns in the unit of the value, >= 0 for lower <= upper.
 * Source: Gneiting and Raftery 2007, Strictly Proper Scoring Rules, Prediction, and Estimation, equation 43.
 */
export function intervalScore(lower: number, upper: number, observed: number, level: number): number {
  const penalty = 2 / (1 - level);
  return upper - lower + penalty * Math.max(0, lower - observed) + penalty * Math.max(0, observed - upper);
}
