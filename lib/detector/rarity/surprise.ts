import { fittedTail, TAIL_SHARE } from './exponential-tail.ts';
import { binPosition, type LogHistograms, STRIDE } from './log-histogram.ts';

/** Fewer points than this carry no tail fit. */
const TAIL_FIT_POINTS = 50;
/** Pseudo points with a Laplace tail: what is believed of a histogram in which nothing lies yet. */
const PSEUDO_POINTS = 2;
/** The Laplace tail's floor: beyond it the pseudo points say nothing more. */
const LEAST_LAPLACE = 1e-15;
/** No history supports a rarer claim. */
const LEAST_PROBABILITY = 1e-12;

/**
 * How surprising |z| is: -log10 of the share of the history that lay as far out or farther, 0 to 12.
 *
 * Inside the bulk it is counted; beyond the 98% quantile an exponential tail in log z is fitted, since no count reaches there.
 *
 * @param sides 2 when the histogram holds one direction and the claim is about both.
 */
export function surprise(histograms: LogHistograms, histogram: number, z: number, sides: 1 | 2): number {
  const { survival, weight, decay } = histograms;
  const position = binPosition(z);
  const bin = position | 0;
  const first = histogram * STRIDE;
  const here = survival[first + bin]!;
  const total = weight * decay;
  let probability = -1;
  if (total > TAIL_FIT_POINTS && here <= TAIL_SHARE * weight)
    probability = fittedTail(histograms, first, position);
  if (probability < 0) {
    const tail = (here - (position - bin) * (here - survival[first + bin + 1]!)) * decay;
    const laplace = Math.exp(-z);
    probability = (tail + PSEUDO_POINTS * Math.max(laplace, LEAST_LAPLACE)) / (total + PSEUDO_POINTS);
  }
  const claimed = sides * probability;
  if (claimed >= 1) return 0;
  return claimed > LEAST_PROBABILITY ? -Math.log10(claimed) : 12;
}
