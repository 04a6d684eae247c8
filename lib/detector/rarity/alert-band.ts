import type { Band } from '../../series/band.ts';
import { tenTo } from './combination.ts';
import { deviationOf } from './deviation.ts';
import { differenceOf, differenceSurprise, fastSurprise, innovationOf, innovationSurprise } from './fast.ts';
import { levelDistanceOf } from './level.ts';
import { HISTOGRAMS } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import { rangeDistanceOf, rangeSurprise } from './range.ts';
import { deviationRate, fastRate, levelRate, rangeRate } from './rate-maps.ts';
import type { RarityState } from './state.ts';
import { emptyLine, surpriseInTail, surpriseOnLine, takeLine } from './tail-line.ts';

/** A bound is about this many octaves too wide at most: 3.5% of its distance from the centre, less than a chart shows. */
const TOLERANCE_OCTAVES = 0.05;
/** Without a fitted tail: the first guess at a bound in usual innovations, and decades of rarity an octave of distance. */
const FIRST_GUESS = 5;
const FIRST_SLOPE = 1.3;
/** No step believes in a flatter or steeper score, and none moves farther. */
const LEAST_SLOPE = 0.3;
const MOST_SLOPE = 20;
const MOST_OCTAVES = 3;
/** A search has closed in by then, or the series has no bound worth a name. */
const MOST_STEPS = 60;
/** The level's rate where its bulk ends, at the 98% quantile: log10(50) - 2. */
const MOST_BULK_RATE = -0.3;
/** What is left out of a sum of rarities is less than a seventh of the threshold, 5% of a bound's distance. */
const MOST_LEFT_OUT = -0.85;
/** Nothing was seen: a score of -9. */
const LEAST_RARITY = 1e-9;

/** The search that is under way: the memory before the sample, and the fitted tails on the side that is searched. Reused. */
const search = {
  side: 1 as 1 | -1,
  /** What a rate must exceed to reach the threshold alone. */
  bar: 0,
  /** Which channels count: all; those that may stand whatever the next value is; those of the long history alone. */
  scope: 'all' as 'all' | 'standing' | 'history',
  /** The level's bulk counts too: at large budgets and long steps it is worth something. */
  countsLevelBulk: false,
  innovation: emptyLine(),
  difference: emptyLine(),
  level: emptyLine(),
  deviation: emptyLine(),
};

/**
 * The values between which the sample would not have alerted, by the memory before it: the score, inverted.
 *
 * From the expected value outwards a secant search on the logarithms of distance and rarity finds where the score reaches
 * the threshold, and answers with the alerting end: a value at a bound alerts, and so does one beyond it, but for
 * dents of the score where a channel changes from counting to its fitted tail; the bound is wider than need be by a few percent.
 * While an incident stands (a shifted level alerts whatever the next value is) no value would be normal; then the
 * bounds are those of deviation and range alone, the band that the incident left, and the expected value is held inside.
 * The ceiling of a young series is left out: the band shows where its history would draw the line.
 *
 * @param threshold the score from which on a sample is anomalous.
 */
export function alertBand(state: RarityState, outlook: Outlook, threshold: number): Band {
  const expected = state.fastLevel + outlook.seasonal;
  search.bar = state.constants.offset + threshold;
  search.countsLevelBulk = MOST_BULK_RATE - search.bar - outlook.noisePenalty > MOST_LEFT_OUT;
  face(state, 1);
  search.scope = 'standing';
  search.scope = excessAt(state, outlook, expected) < 0 ? 'all' : 'history';
  const centre = search.scope === 'all' ? expected : state.mean + outlook.seasonal;
  const upper = boundFrom(centre, state, outlook);
  face(state, -1);
  const lower = boundFrom(centre, state, outlook);
  return { expected: Math.max(lower, Math.min(upper, expected)), lower, upper };
}

/** The value on the searched side of the centre at which the score reaches the threshold. */
function boundFrom(centre: number, state: RarityState, outlook: Outlook): number {
  let inside = 0;
  let outside = Infinity;
  let distance = firstGuess(outlook);
  let slope = firstSlope();
  let lastExcess = Number.NaN;
  let lastOctaves = 1;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const excess = excessAt(state, outlook, centre + search.side * distance);
    if (excess < 0) inside = distance;
    else outside = distance;
    const measured = (excess - lastExcess) / lastOctaves;
    if (measured > 0) slope = Math.max(LEAST_SLOPE, Math.min(MOST_SLOPE, measured));
    if (excess >= 0 && excess <= slope * TOLERANCE_OCTAVES) break;
    if (outside <= inside * (1 + TOLERANCE_OCTAVES / 2)) break;
    // Aim a little beyond the threshold, so that the last guess is on the alerting side.
    const wanted = 0.4 * TOLERANCE_OCTAVES - excess / slope;
    lastOctaves = Math.max(-MOST_OCTAVES, Math.min(MOST_OCTAVES, wanted));
    let next = distance * Math.exp(Math.LN2 * lastOctaves);
    if (next <= inside || next >= outside) {
      next = between(inside, outside);
      lastOctaves = Math.log2(next / distance);
    }
    lastExcess = excess;
    distance = next;
  }
  return centre + search.side * (outside === Infinity ? distance : outside);
}

function between(inside: number, outside: number): number {
  if (outside === Infinity) return 2 * inside;
  return inside === 0 ? outside / 8 : Math.sqrt(inside * outside);
}

/** Where the innovation alone would lead the fast channel to the threshold. */
function firstGuess(outlook: Outlook): number {
  const { start, intercept, slope } = search.innovation;
  if (start === Infinity) return FIRST_GUESS * outlook.innovationScale;
  // The fast channel's rate map, inverted near its middle.
  const wanted = 2.75 + (search.bar + outlook.noisePenalty) / 1.7;
  const position = Math.max(start, Math.min(30, (wanted - intercept) / slope));
  return outlook.innovationScale * Math.exp(Math.LN2 * (position / 2 - 4));
}

/** Two positions an octave, and 1.6 decades of rate a decade of surprise. */
function firstSlope(): number {
  const { innovation, difference } = search;
  if (innovation.start === Infinity || difference.start === Infinity) return FIRST_SLOPE;
  return 1.6 * (innovation.slope + difference.slope);
}

/** Takes the fitted tails on one side of the centre. */
function face({ histograms }: RarityState, side: 1 | -1): void {
  const isUp = side > 0;
  search.side = side;
  takeLine(search.innovation, histograms, isUp ? HISTOGRAMS.innovationUp : HISTOGRAMS.innovationDown, 2);
  takeLine(search.difference, histograms, isUp ? HISTOGRAMS.differenceUp : HISTOGRAMS.differenceDown, 2);
  takeLine(search.deviation, histograms, isUp ? HISTOGRAMS.deviationUp : HISTOGRAMS.deviationDown, 2);
  if (isUp) takeLine(search.level, histograms, HISTOGRAMS.level, 1);
}

/**
 * How far above the threshold the score of a trial value would be, in decades. Its flatness counts nothing: it moved.
 * Level and deviation count in their tails only where their bulk is worth little, and leaving that out makes the bound
 * wider, never narrower.
 */
function excessAt(state: RarityState, outlook: Outlook, value: number): number {
  const { histograms } = state;
  const { side, bar } = search;
  const noisyBar = bar + outlook.noisePenalty;
  const adjusted = value - outlook.seasonal;
  const deviation = deviationOf(state, outlook, adjusted);
  let rarity = LEAST_RARITY;
  if (deviation * side > 0) {
    const far = surpriseInTail(search.deviation, histograms, Math.abs(deviation));
    if (far > 0) rarity += tenTo(deviationRate(far) - noisyBar);
  }
  const range = rangeDistanceOf(state, outlook, value);
  if (range !== 0) rarity += tenTo(rangeRate(rangeSurprise(histograms, range)) - bar);
  if (search.scope !== 'history') {
    const distance = Math.abs(levelDistanceOf(state, outlook, adjusted));
    const shifted = search.countsLevelBulk
      ? surpriseOnLine(search.level, histograms, distance)
      : surpriseInTail(search.level, histograms, distance);
    if (shifted > 0) rarity += tenTo(levelRate(shifted) - noisyBar);
  }
  if (search.scope === 'all')
    rarity += tenTo(fastRate(fastSurpriseAt(state, outlook, adjusted, deviation)) - noisyBar);
  return Math.log10(rarity);
}

/** The tails are those of the searched side; what lies on the other one is looked up. */
function fastSurpriseAt(state: RarityState, outlook: Outlook, adjusted: number, deviation: number): number {
  const { histograms } = state;
  const innovation = innovationOf(state, outlook, adjusted);
  const difference = differenceOf(state, outlook, adjusted);
  return fastSurprise(
    innovation * search.side > 0
      ? surpriseOnLine(search.innovation, histograms, Math.abs(innovation))
      : innovationSurprise(histograms, innovation),
    difference * search.side > 0
      ? surpriseOnLine(search.difference, histograms, Math.abs(difference))
      : differenceSurprise(histograms, difference),
    deviation,
  );
}
