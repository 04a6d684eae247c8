import { log10 } from './decades.ts';
import { fitTail, type TailFit } from './exponential-tail.ts';
import { BINS_PER_OCTAVE, binEdge, binPosition, type LogHistograms } from './log-histogram.ts';
import { bounded, surprise, TAIL_FIT_POINTS } from './surprise.ts';

/**
 * The fitted tail of one histogram as a straight line, surprise = intercept + slope * position: what a search reads many
 * times at one moment. Reused.
 */
export interface TailLine {
  histogram: number;
  sides: 1 | 2;
  /** The position from which on the line holds; infinite where no tail is fitted. */
  start: number;
  /** The |z| of that position. */
  startZ: number;
  /** The probability of lying beyond the start, on either side where the claim is about both. */
  share: number;
  slope: number;
  /** Computed on first use; NaN until then. */
  intercept: number;
}

/** Inside the bulk the surprise grows more slowly, at about this many decades an octave. */
const BULK_SLOPE = 0.3;

const fit: TailFit = { start: 0, share: 0, meanExcess: 1 };

export function emptyLine(): TailLine {
  return {
    histogram: 0,
    sides: 1,
    start: Infinity,
    startZ: Infinity,
    share: 0,
    slope: 0,
    intercept: Number.NaN,
  };
}

/** Takes the line of one histogram as it is now. */
export function takeLine(line: TailLine, histograms: LogHistograms, histogram: number, sides: 1 | 2): void {
  line.histogram = histogram;
  line.sides = sides;
  line.start = Infinity;
  line.startZ = Infinity;
  if (histograms.weight * histograms.decay <= TAIL_FIT_POINTS) return;
  if (!fitTail(fit, histograms, histogram)) return;
  line.start = fit.start;
  line.startZ = binEdge(fit.start);
  line.slope = Math.LOG10E / fit.meanExcess;
  line.share = sides * fit.share;
  line.intercept = Number.NaN;
}

/** The surprise that the line has at the axis' beginning. */
export function interceptOf(line: TailLine): number {
  if (Number.isNaN(line.intercept)) line.intercept = -log10(line.share) - line.slope * line.start;
  return line.intercept;
}

/** The surprise of |z|, the same as {@link surprise} gives to rounding, and in the tail for a third of its cost. */
export function surpriseOnLine(line: TailLine, histograms: LogHistograms, z: number): number {
  if (z > line.startZ) return bounded(interceptOf(line) + line.slope * binPosition(z));
  return surprise(histograms, line.histogram, z, line.sides);
}

/** The surprise of |z| in the tail; inside the bulk of a histogram that has a tail it is taken for 0. */
export function surpriseInTail(line: TailLine, histograms: LogHistograms, z: number): number {
  if (z > line.startZ) return bounded(interceptOf(line) + line.slope * binPosition(z));
  return line.start === Infinity ? surprise(histograms, line.histogram, z, line.sides) : 0;
}

/** How fast the surprise of |z| grows, in decades an octave of z. */
export function slopeAt(line: TailLine, z: number): number {
  return z > line.startZ ? BINS_PER_OCTAVE * line.slope : BULK_SLOPE;
}
