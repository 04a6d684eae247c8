/** Two bins an octave over z in [2^-4, 2^12): every z that matters, in 32 numbers. */
export const BINS = 32;
export const BINS_PER_OCTAVE = 2;
const LOWEST_OCTAVE = -4;
/** Below this z the position is 0 whatever the logarithm says. */
const LOWEST_Z = 0.0624;
/** Just inside the last bin. */
const LAST_POSITION = BINS - 1e-6;
/** One number more than bins, always zero: the count above the last bin. */
export const STRIDE = BINS + 1;
/** The lazy factor is multiplied in when it falls below this, long before the counts lose digits. */
const RENORMALISE_BELOW = 1e-6;

/** Which histogram: what moved, and which way. One shared weight serves all of them. */
export const HISTOGRAMS = {
  innovationUp: 0,
  innovationDown: 1,
  differenceUp: 2,
  differenceDown: 3,
  level: 4,
  range: 5,
  flat: 6,
  deviationUp: 7,
  deviationDown: 8,
} as const;
export const HISTOGRAM_COUNT = 9;

/**
 * Nine decayed histograms of how far something usually lies out, in units of its own scale, on a logarithmic axis.
 *
 * They are kept as survival counts (the weight at and above each bin), so that a tail is one read and not a sum, and
 * they decay lazily: instead of multiplying every bin at every point, one factor shrinks and what is added grows.
 */
export interface LogHistograms {
  /** `survival[histogram * STRIDE + bin]` times `decay` is the weight at and above the bin. */
  readonly survival: Float64Array;
  /** The highest bin of each histogram that was ever learnt: above it all counts are zero. */
  readonly tops: Uint8Array;
  /** Times `decay`: the weight of all points learnt. */
  weight: number;
  decay: number;
}

/** Numbers that the survival counts of one series take. */
export const SURVIVAL_LENGTH = HISTOGRAM_COUNT * STRIDE;

/** @param survival SURVIVAL_LENGTH zeros, or counts with their tops. */
export function emptyHistograms(
  survival: Float64Array = new Float64Array(SURVIVAL_LENGTH),
  tops: Uint8Array = new Uint8Array(HISTOGRAM_COUNT),
): LogHistograms {
  return { survival, tops, weight: 0, decay: 1 };
}

/** Where |z| lies on the axis of bins, in [0, 32). */
export function binPosition(z: number): number {
  if (z < LOWEST_Z) return 0;
  const position = (Math.log2(z + 1e-12) - LOWEST_OCTAVE) * BINS_PER_OCTAVE;
  if (position < 0) return 0;
  return Math.min(position, LAST_POSITION);
}

/** The |z| at which each bin begins. */
const EDGES = Float64Array.from({ length: STRIDE }, (_, bin) => 2 ** (bin / BINS_PER_OCTAVE + LOWEST_OCTAVE));

/** The |z| at which a bin begins; that of the first is 2^-4, though it holds what is smaller too. */
export function binEdge(bin: number): number {
  return EDGES[bin]!;
}

/** The z at a position on the axis of bins. */
export function zAt(position: number): number {
  return Math.exp(Math.LN2 * (position / BINS_PER_OCTAVE + LOWEST_OCTAVE));
}

/** Forgets a little of everything and makes room for one point of the given weight. */
export function beginLearning(histograms: LogHistograms, forgetting: number, weight: number): void {
  histograms.decay *= 1 - forgetting;
  if (histograms.decay < RENORMALISE_BELOW) renormalise(histograms);
  histograms.weight += weight / histograms.decay;
}

/**
 * The weight of all that was learnt at |z| or farther: of its bin, which holds what is up to a third smaller, and of those above. The
 * first bin is where nothing happened, and is never counted.
 */
export function weightBeyond(histograms: LogHistograms, histogram: number, z: number): number {
  const bin = Math.max(1, binPosition(z) | 0);
  return histograms.survival[histogram * STRIDE + bin]! * histograms.decay;
}

/** Adds |z| to one histogram. */
export function learnBin(histograms: LogHistograms, histogram: number, z: number, weight: number): void {
  const { survival, tops } = histograms;
  const first = histogram * STRIDE;
  const bin = binPosition(z) | 0;
  if (bin > tops[histogram]!) tops[histogram] = bin;
  const last = first + bin;
  const amount = weight / histograms.decay;
  for (let index = first; index <= last; index += 1) survival[index]! += amount;
}

function renormalise(histograms: LogHistograms): void {
  const { survival, decay } = histograms;
  for (let index = 0; index < survival.length; index += 1) survival[index]! *= decay;
  histograms.weight *= decay;
  histograms.decay = 1;
}
