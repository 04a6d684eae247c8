import { type LogHistograms, STRIDE } from './log-histogram.ts';

/** The tail begins at the 98% quantile; 0.01 and 0.05 trade one kind of series against another. */
export const TAIL_SHARE = 0.02;
/** The mean excess is at least half a bin: below that the fit sees the bins' width, not the tail. */
const LEAST_MEAN_EXCESS = 0.5;

/** An exponential tail in the position on the axis of bins (a power law in z). Reused from fit to fit. */
export interface TailFit {
  /** Where the tail begins. */
  start: number;
  /** Probability of lying beyond the start. */
  share: number;
  /** Mean distance beyond the start of what lies there. */
  meanExcess: number;
}

/**
 * Fits the tail beyond the 98% quantile's bin, with one pseudo point of one bin.
 *
 * @returns false where there is nothing to fit to.
 *
 * Source: Hill 1975, A Simple General Approach to Inference About the Tail of a Distribution (the mean log excess).
 */
export function fitTail(fit: TailFit, histograms: LogHistograms, histogram: number): boolean {
  const { survival, tops, weight, decay } = histograms;
  const first = histogram * STRIDE;
  const least = TAIL_SHARE * weight;
  // The sum of survival counts beyond a bin is the sum of (bin - that bin) over the points beyond.
  let excess = 0;
  let beyond = 0;
  let quantileBin = tops[histogram]!;
  for (; quantileBin > 0; quantileBin -= 1) {
    const count = survival[first + quantileBin]!;
    if (count > least) break;
    excess += count;
    beyond = count;
  }
  if (quantileBin === 0 && beyond <= 0) return false;
  const tailWeight = beyond * decay;
  fit.start = quantileBin + 1;
  fit.share = (tailWeight + 0.5) / (weight * decay + 1);
  fit.meanExcess = Math.max(LEAST_MEAN_EXCESS, ((excess - 0.5 * beyond) * decay + 1) / (tailWeight + 1));
  return true;
}
