import type { Band } from '../../series/band.ts';
import { guessBound, rememberBound, rememberRecordBound } from './bound-guess.ts';
import { log10 } from './decades.ts';
import { BINS, zAt } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import type { RarityState } from './state.ts';
import { beginTrial, deviationKnee, face, mayStand, trial, tryAt } from './trial-value.ts';

/** A bound is about this many octaves too wide at most, 5% of its distance from the centre; 2% is typical. A chart shows no less. */
const TOLERANCE_OCTAVES = 0.08;
/** A search aims this far beyond the threshold, so that its last guess is on the alerting side. */
const AIM_OCTAVES = 0.4 * TOLERANCE_OCTAVES;
/** No step believes in a flatter or steeper score, and none moves farther. */
const LEAST_SLOPE = 0.2;
const MOST_SLOPE = 20;
const MOST_OCTAVES = 3;
/** A search has closed in by then. */
const MOST_STEPS = 60;
/** The histograms' axis has ended by then, from wherever a channel measures: nothing is more surprising, and there is no bound. */
const FARTHEST_UNITS = 4 * zAt(BINS);
/** Where records are rare, one by an eleventh of the spread makes a step in the score: there the histogram's second bin begins. */
const ORDINARY_RECORD = 0.0885;
/** Below a sixteenth of the spread the histogram's axis begins, and a record says nothing. */
const LEAST_RECORD = 0.0625;
/** Guesses between those two. */
const MOST_GUESSES = 5;

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
 * @param state its guess at the next sample's bounds is renewed.
 * @param threshold the score from which on a sample is anomalous.
 */
export function alertBand(state: RarityState, outlook: Outlook, threshold: number): Band {
  const expected = state.fastLevel + outlook.seasonal;
  beginTrial(state, outlook, threshold);
  trial.scope = isStanding(state, outlook, expected) ? 'history' : 'all';
  const centre = trial.scope === 'all' ? expected : state.mean + outlook.seasonal;
  const upper = centre + distanceFrom(centre, state, outlook);
  face(state, -1);
  const lower = centre - distanceFrom(centre, state, outlook);
  return { expected: Math.max(lower, Math.min(upper, expected)), lower, upper };
}

/** Whether an incident stands: the expected value itself would alert. */
function isStanding(state: RarityState, outlook: Outlook, expected: number): boolean {
  if (!mayStand(state, outlook, expected)) return false;
  trial.scope = 'standing';
  tryAt(state, outlook, expected, 0);
  return trial.rarity + trial.records >= 1;
}

/**
 * How far from the centre, on the tried side, the score reaches the threshold: Newton's method on the logarithms of distance and
 * rarity, between bounds. That is nearly a straight line but for the step that a record makes.
 */
function distanceFrom(centre: number, state: RarityState, outlook: Outlook): number {
  const step = recordStep(centre, outlook);
  const farthest =
    FARTHEST_UNITS * Math.max(outlook.spread, outlook.innovationScale, outlook.differenceScale);
  let inside = 0;
  let outside = Infinity;
  let distance = guessBound(state, outlook, centre);
  if (isNear(distance, step)) distance = step;
  for (let count = 0; count < MOST_STEPS; count += 1) {
    tryAt(state, outlook, centre, distance);
    let rarity = trial.rarity + trial.records;
    let growth = trial.growth + trial.recordGrowth;
    if (distance === step && rarity >= 1) {
      if (trial.rarity < 1) return atRecord(centre, step, state, outlook);
      // Below the step no record counts.
      rarity = trial.rarity;
      growth = trial.growth;
    }
    const slope = Math.max(LEAST_SLOPE, Math.min(MOST_SLOPE, growth / rarity));
    const excess = log10(rarity);
    if (excess < 0) inside = distance;
    else outside = distance;
    const wanted = AIM_OCTAVES - excess / slope;
    const isStepAhead = step > inside && step < outside;
    const next =
      isStepAhead || excess < 0 || excess > slope * TOLERANCE_OCTAVES ? distance * octaves(wanted) : outside;
    const isStepBetween = isStepAhead && step > next !== step > distance;
    if (
      (excess >= 0 && excess <= slope * TOLERANCE_OCTAVES && !isStepBetween) ||
      outside <= inside * (1 + TOLERANCE_OCTAVES / 2)
    ) {
      // So near the aim an octave is a straight line; at a jump of the score the aim is elsewhere, and the bound stays.
      const refined = Math.abs(wanted) < TOLERANCE_OCTAVES ? 1 + Math.LN2 * wanted : 1;
      rememberBound(state, outlook, centre, outside * refined);
      return outside;
    }
    if (excess < 0 && distance > farthest) break;
    if (isStepBetween) distance = step;
    else distance = next > inside && next < outside ? next : between(inside, outside, state, outlook, centre);
  }
  return outside === Infinity ? distance : outside;
}

/** The distance at which a record makes a step in the score; infinite where no record is known. */
function recordStep(centre: number, outlook: Outlook): number {
  const toRecord = trial.side > 0 ? outlook.highest - centre : centre - outlook.lowest;
  return Math.abs(toRecord) === Infinity ? Infinity : toRecord + ORDINARY_RECORD * outlook.spread;
}

function isNear(distance: number, step: number): boolean {
  return step > 0 && Math.abs(distance - step) < TOLERANCE_OCTAVES * step;
}

/** The factor of so many octaves, or of as many as one step may go. */
function octaves(wanted: number): number {
  return Math.exp(Math.LN2 * Math.max(-MOST_OCTAVES, Math.min(MOST_OCTAVES, wanted)));
}

/** The next guess where Newton's leads astray: either side of a jump of the score, or else the middle. */
function between(
  inside: number,
  outside: number,
  state: RarityState,
  outlook: Outlook,
  centre: number,
): number {
  if (outside === Infinity) return 2 * inside;
  const knee = deviationKnee(state, outlook, centre);
  for (const side of [knee * (1 + TOLERANCE_OCTAVES / 8), knee * (1 - TOLERANCE_OCTAVES / 8)])
    if (side > inside && side < outside) return side;
  return inside === 0 ? outside / 8 : Math.sqrt(inside * outside);
}

/** The bound is the record's step, or a little below, where the histogram's first bin ends. */
function atRecord(centre: number, step: number, state: RarityState, outlook: Outlook): number {
  rememberRecordBound(state, outlook, centre, step);
  const record = step - ORDINARY_RECORD * outlook.spread;
  let inside = Math.max(0, record + LEAST_RECORD * outlook.spread);
  let outside = step;
  for (let guess = 0; guess < MOST_GUESSES && outside - inside > outside * TOLERANCE_OCTAVES; guess += 1) {
    const distance = (inside + outside) / 2;
    tryAt(state, outlook, centre, distance);
    if (trial.rarity + trial.records < 1) inside = distance;
    else outside = distance;
  }
  return outside;
}
