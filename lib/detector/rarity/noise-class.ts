import type { StepConstants } from './step-constants.ts';

/** Innovation scale over spread: .45 for an autocorrelation of .9, and .1 to .45 for most real series. */
const CORRELATED_RATIO = 0.4;
/** .87 for white noise; at .7 the neighbours count as independent. */
const RATIO_RANGE = 0.3;

/**
 * How much the bar of fast, level and deviation rises for a series whose neighbouring points are independent: each
 * of them is then a chance of its own, and white noise at one minute would alert five to eight times a week.
 *
 * @returns decades, 0 for ordinary autocorrelated series, at most 1 (at one minute) for white noise.
 */
export function noisePenalty(constants: StepConstants, innovationScale: number, spread: number): number {
  if (constants.noisePenalty === 0) return 0;
  const whiteness = (innovationScale / spread - CORRELATED_RATIO) / RATIO_RANGE;
  return whiteness <= 0 ? 0 : Math.min(1, whiteness) * constants.noisePenalty;
}
