import type { StepConstants } from './step-constants.ts';

/** Innovation scale over mean absolute deviation: .56 for an autocorrelation of .9, and .1 to .56 for most real series. */
const CORRELATED_RATIO = 0.5;
/** 1.1 for white noise; at .875 the neighbours count as independent. */
const RATIO_RANGE = 0.375;

/**
 * How much the bar of fast, level and deviation rises for a series whose neighbouring points are independent: each
 * of them is then a chance of its own, and white noise at one minute would alert five to eight times a week.
 *
 * Both scales are mean absolute distances: a ratio to the standard deviation falls to nothing on sparse, two-valued and
 * heavy-tailed series, however independent their points are.
 *
 * @param deviationScale the mean absolute deviation from the long mean; > 0.
 * @returns decades, 0 for ordinary autocorrelated series, at most 1 (at one minute) for white noise.
 */
export function noisePenalty(
  constants: StepConstants,
  innovationScale: number,
  deviationScale: number,
): number {
  if (constants.noisePenalty === 0) return 0;
  const whiteness = (innovationScale / deviationScale - CORRELATED_RATIO) / RATIO_RANGE;
  return whiteness <= 0 ? 0 : Math.min(1, whiteness) * constants.noisePenalty;
}
