import type { Band } from '../../series/band.ts';
import { fastSurprise } from './fast.ts';
import { BINS, BINS_PER_OCTAVE, zAt } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import type { RarityState } from './state.ts';
import { beginTrial, deviationKnee, excessAt, face, trial } from './trial-value.ts';

/** A bound is about this many octaves too wide at most, 5% of its distance from the centre; 2% is typical. A chart shows no less. */
const TOLERANCE_OCTAVES = 0.08;
/** Without a fitted tail: the first guess at a bound, in usual innovations. */
const FIRST_GUESS = 5;
/** No step believes in a flatter or steeper score, and none moves farther. */
const LEAST_SLOPE = 0.2;
const MOST_SLOPE = 20;
const MOST_OCTAVES = 3;
/** A search has closed in by then, or the series has no bound worth a name. */
const MOST_STEPS = 60;
/** Where records are rare, one by a ninth of the spread alerts: the histogram's second bin. */
const ORDINARY_RECORD = 0.11;
/** Guesses between a record and the bound without it. */
const MOST_GUESSES = 3;

/**
 * The values between which the sample would not have alerted, by the memory before it: the score, inverted.
 *
 * From the expected value outwards a search finds where the score reaches the threshold, and answers with the alerting end: a
 * value at a bound alerts, and so does one beyond it, but for dents of the score where a channel changes from counting to its fitted
 * tail; the bound is wider than need be by a few percent. While an incident stands (a shifted level alerts whatever
 * the next value is) no value would be normal; then the bounds are those of a value that lasts, by deviation, level and range alone: the
 * band that the incident left, with the expected value held inside. The ceiling of a young series is left out: the band
 * shows where its history would draw the line.
 *
 * @param threshold the score from which on a sample is anomalous.
 */
export function alertBand(state: RarityState, outlook: Outlook, threshold: number): Band {
  const expected = state.fastLevel + outlook.seasonal;
  beginTrial(state, outlook, threshold);
  trial.scope = 'standing';
  trial.countsRange = true;
  trial.scope = excessAt(state, outlook, expected, 0) < 0 ? 'all' : 'history';
  const centre = trial.scope === 'all' ? expected : state.mean + outlook.seasonal;
  const upper = centre + distanceFrom(centre, state, outlook);
  face(state, -1);
  const lower = centre - distanceFrom(centre, state, outlook);
  return { expected: Math.max(lower, Math.min(upper, expected)), lower, upper };
}

/** How far from the centre, on the tried side, the score reaches the threshold. */
function distanceFrom(centre: number, state: RarityState, outlook: Outlook): number {
  const toRecord = trial.side > 0 ? outlook.highest - centre : centre - outlook.lowest;
  const guess = firstGuess(outlook);
  // Where no record is known none can be broken.
  const record = Math.abs(toRecord) === Infinity ? Infinity : Math.max(0, toRecord);
  if (record > 0 && record < guess) {
    // For most series the step that a record makes is then where the score passes the threshold: two looks tell.
    const ordinary = record + ORDINARY_RECORD * outlook.spread;
    trial.countsRange = true;
    if (excessAt(state, outlook, centre, ordinary) >= 0) {
      trial.countsRange = false;
      if (excessAt(state, outlook, centre, record) < 0)
        return withRecords(centre, record, ordinary, state, outlook);
    }
  }
  const distance = withoutRecords(centre, guess, state, outlook);
  return record < distance ? withRecords(centre, record, distance, state, outlook) : distance;
}

/** Newton's method on the logarithms of distance and rarity, between bounds: without records a nearly straight line. */
function withoutRecords(centre: number, guess: number, state: RarityState, outlook: Outlook): number {
  trial.countsRange = false;
  let inside = 0;
  let outside = Infinity;
  let distance = guess;
  const knee = deviationKnee(state, outlook, centre);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const excess = excessAt(state, outlook, centre, distance);
    const slope = Math.max(LEAST_SLOPE, Math.min(MOST_SLOPE, trial.slope));
    if (excess < 0) inside = distance;
    else outside = distance;
    if (excess >= 0 && excess <= slope * TOLERANCE_OCTAVES) break;
    if (outside <= inside * (1 + TOLERANCE_OCTAVES / 2)) break;
    // Aim a little beyond the threshold, so that the last guess is on the alerting side.
    const wanted = 0.4 * TOLERANCE_OCTAVES - excess / slope;
    distance *= Math.exp(Math.LN2 * Math.max(-MOST_OCTAVES, Math.min(MOST_OCTAVES, wanted)));
    if (distance <= inside || distance >= outside) distance = between(inside, outside, knee);
  }
  return outside === Infinity ? distance : outside;
}

/** The next guess where Newton's leads astray: either side of a jump of the score, or else the middle. */
function between(inside: number, outside: number, knee: number): number {
  if (outside === Infinity) return 2 * inside;
  for (const side of [knee * (1 + TOLERANCE_OCTAVES / 8), knee * (1 - TOLERANCE_OCTAVES / 8)])
    if (side > inside && side < outside) return side;
  return inside === 0 ? outside / 8 : Math.sqrt(inside * outside);
}

/**
 * Halves the way between a record and a bound beyond it.
 *
 * @param record distance at which a value begins to be a record.
 * @param bound distance that alerts.
 */
function withRecords(
  centre: number,
  record: number,
  bound: number,
  state: RarityState,
  outlook: Outlook,
): number {
  trial.countsRange = true;
  let inside = record;
  let outside = bound;
  for (let guess = 0; guess < MOST_GUESSES && outside - inside > outside * TOLERANCE_OCTAVES; guess += 1) {
    const distance = (inside + outside) / 2;
    if (excessAt(state, outlook, centre, distance) < 0) inside = distance;
    else outside = distance;
  }
  return outside;
}

/** Where innovation and difference would lead the fast channel to the threshold, by their fitted tails alone. */
function firstGuess(outlook: Outlook): number {
  const { innovation, difference } = trial;
  if (innovation.start === Infinity || difference.start === Infinity)
    return FIRST_GUESS * outlook.innovationScale;
  // The fast channel's rate map, inverted near its middle: twice the mean surprise of the two.
  const wanted = 2 * (2.75 + trial.noisyBar / 1.7);
  // The same value's difference lies so many positions farther along than its innovation.
  const offset = BINS_PER_OCTAVE * Math.log2(outlook.innovationScale / outlook.differenceScale);
  const together = innovation.intercept + difference.intercept + difference.slope * offset;
  const slopes = innovation.slope + difference.slope;
  const distance = outlook.innovationScale * zAt((wanted - together) / slopes);
  // So large an effect there, and so much less surprise is needed.
  const effect = fastSurprise(0, 0, distance / outlook.spread);
  const position = (wanted - together - 2 * effect) / slopes;
  return outlook.innovationScale * zAt(Math.max(innovation.start, Math.min(BINS, position)));
}
