/**
 * The pinball loss of a quantile forecast: a unit above costs `probability`, a unit below 1 - `probability`.
 * Smaller is better; the true quantile is best on average.
 *
 * @param probability of a value at or below the quantile; (0, 1). Source: Koenker and Bassett 1978,
 * Regression Quantiles, equation 2.1.
 */
export function pinballLoss(quantile: number, observed: number, probability: number): number {
  const above = observed - quantile;
  return above >= 0 ? probability * above : (probability - 1) * above;
}
