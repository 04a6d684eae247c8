/** Innovation scale over mean absolute deviation: .56 for an autocorrelation of .9, and .1 to .56 for most real series. */
const CORRELATED_RATIO = 0.5;
/** 1.1 for white noise; at .875 the neighbours count as independent. */
const RATIO_RANGE = 0.375;

/**
 * How independent the neighbouring points of a series are. The bar of fast, level and deviation rises with it: each point
 * is then a chance of its own, and white noise at one minute would alert five to eight times a week.
 *
 * Both scales are mean absolute distances: a ratio to the standard deviation falls to nothing on sparse, two-valued and
 * heavy-tailed series, however independent their points are.
 *
 * @param deviationScale the mean absolute deviation from the long mean; > 0.
 * @returns 0 for ordinary autocorrelated series, 1 for white noise.
 */
export function whitenessOf(innovationScale: number, deviationScale: number): number {
  const whiteness = (innovationScale / deviationScale - CORRELATED_RATIO) / RATIO_RANGE;
  return Math.max(0, Math.min(1, whiteness));
}
