import { fastSurprise } from './fast.ts';
import { BINS, BINS_PER_OCTAVE, zAt } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import { BOUND_NUMBERS, type RarityState } from './state.ts';
import { interceptOf } from './tail-line.ts';
import { trial } from './trial-value.ts';

/** Without a fitted tail: the first guess at a bound, in usual innovations. */
const FIRST_GUESS = 5;

/**
 * The distance from the centre, on the tried side, at which a search for the bound begins: where the last sample's bound
 * would be now, or else where the fast channel's fitted tails point.
 */
export function guessBound(state: RarityState, outlook: Outlook, centre: number): number {
  const { bounds } = state;
  const first = firstOf(trial.side);
  const adjusted =
    bounds[first]! + bounds[first + 1]! * state.fastLevel + bounds[first + 2]! * state.lastAdjusted;
  const distance = trial.side * (adjusted + outlook.seasonal - centre);
  // A bound that the memory ran away from, or none (NaN), is no help.
  return distance > outlook.innovationScale ? distance : byTails(outlook);
}

/**
 * Remembers a bound by what it hangs on: as the score does there, it follows the fast level and the last value by their
 * shares in the score's growth; what else it follows (the long mean) moves too slowly to matter.
 *
 * @param distance of the bound from the centre; the value there was the last to be tried, or nearly.
 */
export function rememberBound(state: RarityState, outlook: Outlook, centre: number, distance: number): void {
  const growth = trial.growth + trial.recordGrowth;
  const byInnovation = share(trial.innovationGrowth, growth);
  const byDifference = share(trial.differenceGrowth, growth);
  remember(state, outlook, centre, distance, byInnovation, byDifference);
}

/** Remembers a bound that stands where a record is broken: it follows nothing. */
export function rememberRecordBound(
  state: RarityState,
  outlook: Outlook,
  centre: number,
  distance: number,
): void {
  remember(state, outlook, centre, distance, 0, 0);
}

function remember(
  { bounds, fastLevel, lastAdjusted }: RarityState,
  outlook: Outlook,
  centre: number,
  distance: number,
  byInnovation: number,
  byDifference: number,
): void {
  const first = firstOf(trial.side);
  const adjusted = centre + trial.side * distance - outlook.seasonal;
  bounds[first] = adjusted - byInnovation * fastLevel - byDifference * lastAdjusted;
  bounds[first + 1] = byInnovation;
  bounds[first + 2] = byDifference;
}

function firstOf(side: 1 | -1): number {
  return side > 0 ? 0 : BOUND_NUMBERS / 2;
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.max(0, Math.min(1, part / whole)) : 0;
}

/** Where innovation and difference would lead the fast channel to the threshold, by their fitted tails alone. */
function byTails(outlook: Outlook): number {
  const { innovation, difference } = trial;
  if (innovation.start === Infinity || difference.start === Infinity)
    return FIRST_GUESS * outlook.innovationScale;
  // The fast channel's rate map, inverted near its middle: twice the mean surprise of the two.
  const wanted = 2 * (2.75 + trial.noisyBar / 1.7);
  // The same value's difference lies so many positions farther along than its innovation.
  const offset = BINS_PER_OCTAVE * Math.log2(outlook.innovationScale / outlook.differenceScale);
  const together = interceptOf(innovation) + interceptOf(difference) + difference.slope * offset;
  const slopes = innovation.slope + difference.slope;
  const distance = outlook.innovationScale * zAt((wanted - together) / slopes);
  // So large an effect there, and so much less surprise is needed.
  const effect = fastSurprise(0, 0, distance / outlook.spread);
  const position = (wanted - together - 2 * effect) / slopes;
  return outlook.innovationScale * zAt(Math.max(innovation.start, Math.min(BINS, position)));
}
