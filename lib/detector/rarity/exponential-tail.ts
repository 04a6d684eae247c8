import { type LogHistograms, STRIDE } from './log-histogram.ts';

/** The tail begins at the 98% quantile; 0.01 and 0.05 trade one kind of series against another. */
export const TAIL_SHARE = 0.02;
/** The mean excess is at least half a bin: below that the fit sees the bins' width, not the tail. */
const LEAST_MEAN_EXCESS = 0.5;

/**
 * The probability of a position beyond the 98% quantile, by an exponential tail in log z (a power law in z) whose mean
 * excess is that of the points beyond the quantile, with one pseudo point of one bin.
 *
 * @param first index of the histogram's first bin.
 * @returns -1 where no tail can be fitted: nothing lies beyond, or the position is not in the tail.
 *
 * Source: Hill 1975, A Simple General Approach to Inference About the Tail of a Distribution (the mean log excess).
 */
export function fittedTail(histograms: LogHistograms, first: number, position: number): number {
  const { survival, weight, decay } = histograms;
  const least = TAIL_SHARE * weight;
  let quantileBin = position | 0;
  while (quantileBin > 0 && survival[first + quantileBin]! <= least) quantileBin -= 1;
  const beyond = survival[first + quantileBin + 1]!;
  if (position <= quantileBin + 1 || (quantileBin === 0 && beyond <= 0)) return -1;
  // The sum of survival counts is the sum of (bin - quantileBin) over the points beyond.
  let excess = -0.5 * beyond;
  for (let index = first + quantileBin + 1; index < first + STRIDE; index += 1) {
    const count = survival[index]!;
    if (count === 0) break;
    excess += count;
  }
  const tailWeight = beyond * decay;
  const meanExcess = Math.max(LEAST_MEAN_EXCESS, (excess * decay + 1) / (tailWeight + 1));
  const share = (tailWeight + 0.5) / (weight * decay + 1);
  return share * Math.exp(-(position - quantileBin - 1) / meanExcess);
}
