import type { Band } from '../../series/band.ts';
import { type Combination, combine, emptyCombination } from './combination.ts';
import { deviationOf, deviationSurprise } from './deviation.ts';
import { differenceOf, differenceSurprise, fastSurprise, innovationOf, innovationSurprise } from './fast.ts';
import { levelDistanceOf, levelSurprise } from './level.ts';
import type { Outlook } from './outlook.ts';
import { rangeDistanceOf, rangeSurprise } from './range.ts';
import type { RarityState } from './state.ts';

/** A bound is at most this factor too wide: its distance from the centre is searched to 2%. */
const TOLERANCE = 1.02;
/** The first guess at a bound: where it lies for most series, in usual innovations. */
const FIRST_GUESS_INNOVATIONS = 5;
/** Six doublings from the first guess a search has found its bound, or the series has none worth a name. */
const MOST_STEPS = 40;

const trial: Combination = emptyCombination();

/**
 * The values between which the sample would not have alerted, by the memory before it: the score, inverted.
 *
 * The search starts at the expected value and doubles outwards until the score reaches the threshold, then closes in to 2% of the
 * distance, and answers with the alerting end: a value at or beyond a bound would alert, one more than 2% inside would not.
 * While an incident stands (a shifted level alerts whatever the next value is) no value would be normal; then the
 * bounds are those of deviation and range alone, the band that the incident left, and the expected value is held inside.
 * The ceiling of a young series is left out: the band shows where its history would draw the line.
 *
 * @param threshold the score from which on a sample is anomalous.
 */
export function alertBand(state: RarityState, outlook: Outlook, threshold: number): Band {
  const target = 10 ** threshold;
  const expected = state.fastLevel + outlook.seasonal;
  if (rarityAt(state, outlook, expected, false) < target) {
    const lower = boundOf(state, outlook, target, expected, -1, false);
    const upper = boundOf(state, outlook, target, expected, 1, false);
    return { expected, lower, upper };
  }
  const usual = state.mean + outlook.seasonal;
  const lower = boundOf(state, outlook, target, usual, -1, true);
  const upper = boundOf(state, outlook, target, usual, 1, true);
  return { expected: Math.max(lower, Math.min(upper, expected)), lower, upper };
}

function boundOf(
  state: RarityState,
  outlook: Outlook,
  target: number,
  centre: number,
  side: 1 | -1,
  isStanding: boolean,
): number {
  let inside = 0;
  let insideExcess = 0;
  let outside = FIRST_GUESS_INNOVATIONS * outlook.innovationScale;
  let outsideExcess = 0;
  let steps = 0;
  for (; steps < MOST_STEPS; steps += 1) {
    outsideExcess = rarityAt(state, outlook, centre + side * outside, isStanding) / target;
    if (outsideExcess >= 1) break;
    inside = outside;
    insideExcess = outsideExcess;
    outside *= 2;
  }
  while (outside > inside * TOLERANCE && steps < MOST_STEPS) {
    const guess = between(inside, insideExcess, outside, outsideExcess);
    const excess = rarityAt(state, outlook, centre + side * guess, isStanding) / target;
    if (excess >= 1) {
      outside = guess;
      outsideExcess = excess;
    } else {
      inside = guess;
      insideExcess = excess;
    }
    steps += 1;
  }
  return centre + side * outside;
}

function between(inside: number, _insideExcess: number, outside: number, _outsideExcess: number): number {
  if (inside === 0) return outside / 2;
  return Math.sqrt(inside * outside);
}

/** 10^L of a value that is not the sample's. */
function rarityAt(state: RarityState, outlook: Outlook, value: number, isStanding: boolean): number {
  const { histograms } = state;
  const adjusted = value - outlook.seasonal;
  const deviation = deviationOf(state, outlook, adjusted);
  trial.deviation = deviationSurprise(histograms, deviation);
  trial.range = rangeSurprise(histograms, rangeDistanceOf(state, outlook, value));
  trial.flat = 0;
  if (isStanding) {
    trial.fast = 0;
    trial.level = 0;
  } else {
    const innovation = innovationSurprise(histograms, innovationOf(state, outlook, adjusted));
    const difference = differenceSurprise(histograms, differenceOf(state, outlook, adjusted));
    trial.fast = fastSurprise(innovation, difference, deviation);
    trial.level = levelSurprise(histograms, levelDistanceOf(state, outlook, adjusted));
  }
  combine(trial, state.constants.offset, outlook.noisePenalty);
  return trial.rarity;
}
