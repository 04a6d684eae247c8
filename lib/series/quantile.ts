/**
 * The quantile of values by linear interpolation between order statistics; NaN for no values.
 *
 * @param values in any order, all finite; not modified.
 * @param probability 0 to 1. Source: Hyndman and Fan 1996, Sample Quantiles in Statistical Packages,
 * definition 7.
 */
export function quantile(values: Float64Array, probability: number): number {
  const sorted = values.slice().sort();
  if (sorted.length === 0) return Number.NaN;
  const rank = (sorted.length - 1) * probability;
  const below = Math.floor(rank);
  const lower = sorted[below]!;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return lower + (upper - lower) * (rank - below);
}
