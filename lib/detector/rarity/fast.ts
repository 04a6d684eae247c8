import { log10 } from './decades.ts';
import { HISTOGRAMS, type LogHistograms, learnBin } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import type { RarityState } from './state.ts';
import { surprise } from './surprise.ts';

/** A jump that ends this many spreads from the long level is neither helped nor hurt by its size. */
const NEUTRAL_DEVIATION = 3;
/** 0.3 to 0.7 were equal; 0 costs calibration, 1 costs recall at strict budgets. */
const EFFECT_SIZE_WEIGHT = 0.7;
/** Decades of surprise that an octave of deviation adds. */
export const EFFECT_SIZE_SLOPE = EFFECT_SIZE_WEIGHT * log10(2);
/** Deviations beyond these count as these. */
const LEAST_EFFECT = 0.1;
const MOST_EFFECT = 7;
const LARGEST_EFFECT = EFFECT_SIZE_WEIGHT * log10(MOST_EFFECT / NEUTRAL_DEVIATION);

/** Distance from the fast level, in usual innovations, signed. */
export function innovationOf(state: RarityState, outlook: Outlook, adjusted: number): number {
  return (adjusted - state.fastLevel) / outlook.innovationScale;
}

/** Distance from the sample before, in usual differences, signed. */
export function differenceOf(state: RarityState, outlook: Outlook, adjusted: number): number {
  return (adjusted - state.lastAdjusted) / outlook.differenceScale;
}

export function innovationSurprise(histograms: LogHistograms, innovation: number): number {
  return surprise(histograms, innovationHistogram(innovation), Math.abs(innovation), 2);
}

export function differenceSurprise(histograms: LogHistograms, difference: number): number {
  return surprise(histograms, differenceHistogram(difference), Math.abs(difference), 2);
}

/**
 * The fast channel: a jump. Its surprise is the mean of those of the innovation and the difference, plus its effect
 * size: a rare jump that lands inside the usual range counts less, one that lands far outside counts more.
 *
 * @param deviation distance of the value from the long level in usual spreads, signed.
 */
export function fastSurprise(innovation: number, difference: number, deviation: number): number {
  return (innovation + difference) / 2 + effectOf(Math.abs(deviation));
}

/** Decades of surprise that the size adds. */
function effectOf(size: number): number {
  if (size >= MOST_EFFECT) return LARGEST_EFFECT;
  return EFFECT_SIZE_WEIGHT * log10(Math.max(LEAST_EFFECT, size) / NEUTRAL_DEVIATION);
}

export function learnFast(
  histograms: LogHistograms,
  innovation: number,
  difference: number,
  weight: number,
): void {
  learnBin(histograms, innovationHistogram(innovation), Math.abs(innovation), weight);
  learnBin(histograms, differenceHistogram(difference), Math.abs(difference), weight);
}

export function innovationHistogram(innovation: number): number {
  return innovation >= 0 ? HISTOGRAMS.innovationUp : HISTOGRAMS.innovationDown;
}

export function differenceHistogram(difference: number): number {
  return difference >= 0 ? HISTOGRAMS.differenceUp : HISTOGRAMS.differenceDown;
}
