import { log10 } from './decades.ts';
import { fitTail, TAIL_SHARE, type TailFit } from './exponential-tail.ts';
import { binPosition, type LogHistograms, STRIDE } from './log-histogram.ts';

/** Fewer points than this carry no tail fit. */
export const TAIL_FIT_POINTS = 50;
/** Pseudo points with a Laplace tail: what is believed of a histogram in which nothing lies yet. */
const PSEUDO_POINTS = 2;
/** The Laplace tail's floor: beyond it the pseudo points say nothing more. */
const LEAST_LAPLACE = 1e-15;
/** No history supports a rarer claim: -log10 of one point in 10^12. */
const MOST_SURPRISE = 12;

const scratch: TailFit = { start: 0, share: 0, meanExcess: 1 };

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
  if (
    total > TAIL_FIT_POINTS &&
    here <= TAIL_SHARE * weight &&
    fitTail(scratch, histograms, histogram) &&
    position > scratch.start
  )
    return bounded(
      -log10(sides * scratch.share) + ((position - scratch.start) * Math.LOG10E) / scratch.meanExcess,
    );
  const tail = (here - (position - bin) * (here - survival[first + bin + 1]!)) * decay;
  const pseudo = PSEUDO_POINTS * Math.max(Math.exp(-z), LEAST_LAPLACE);
  return bounded(-log10((sides * (tail + pseudo)) / (total + PSEUDO_POINTS)));
}

/** A surprise within what any history supports. */
export function bounded(value: number): number {
  return value > 0 ? Math.min(value, MOST_SURPRISE) : 0;
}
