import { boundedRate, independentRate } from './counted-bound.ts';
import { tenTo } from './decades.ts';
import { deviationOf } from './deviation.ts';
import { differenceOf, EFFECT_SIZE_SLOPE, fastSurprise, innovationOf } from './fast.ts';
import { jumpEvidence, jumpEvidenceSlope } from './jump-evidence.ts';
import { levelDistanceOf } from './level.ts';
import { HISTOGRAMS, type LogHistograms } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import { rangeDistanceOf } from './range.ts';
import {
  DEVIATION_SLOPE,
  deviationRate,
  fastRate,
  fastRateSlope,
  LEVEL_SLOPE,
  levelRate,
  rangeRate,
  rangeRateSlope,
} from './rate-maps.ts';
import { type RarityState, WINDOW_POINTS } from './state.ts';
import { surprise } from './surprise.ts';
import { emptyLine, slopeAt, surpriseInTail, surpriseOnLine, type TailLine, takeLine } from './tail-line.ts';

/** The level's rate where its bulk ends, at the 98% quantile: log10(50) - 2. */
const MOST_BULK_RATE = -0.3;
/** What is left out of a sum of rarities is less than a seventh of the threshold's, 5% of a bound's distance. */
const MOST_LEFT_OUT = -0.85;
/** Nothing was seen: a score of -9. */
const LEAST_RARITY = 1e-9;
/** A value close to what it is measured from moves away from it faster than from the centre: at most by this factor. */
const MOST_LEVERAGE = 4;

/**
 * Which channels count: all; those that may stand whatever the value is (all but fast); or those of the long history alone, of a value that
 * lasts (the same, with the level's window full of it), to which the series jumped.
 */
export type Scope = 'all' | 'standing' | 'history';

/** One question about many values at one moment: how far above the threshold would each be scored? Reused. */
export const trial = {
  /** The side of the centre on which values are tried. */
  side: 1 as 1 | -1,
  /** What the rates of the quiet channels must exceed, and those of fast, level and deviation. */
  threshold: 0,
  bar: 0,
  noisyBar: 0,
  scope: 'all' as Scope,
  /** The level's bulk counts too: at large budgets and long steps it is worth something. */
  countsLevelBulk: false,
  innovation: emptyLine(),
  difference: emptyLine(),
  level: emptyLine(),
  range: emptyLine(),
  /** The line of records is taken when the first one is tried: for most samples none is. */
  hasRange: false,
  deviation: emptyLine(),
  /** 0 to 1: how much of a rate beyond what was counted is taken away. */
  independence: 0,
  /** The largest jump of the last points, which counts for the level. */
  recentJump: 0,
  /** Of the value that is tried: the decades that it loses for not being a jump, and how fast they grow, in decades an octave. */
  jump: 0,
  jumpSlope: 0,
  /** How much of that the level loses. */
  levelJumpShare: 0,
  /** Of the value that was tried last: its rarity over the threshold's, without records, and what records add. */
  rarity: 0,
  records: 0,
  /** How fast the two grow: an octave of distance adds so many decades, times the rarity. */
  growth: 0,
  recordGrowth: 0,
  /** What of that growth comes with the distance from the fast level, and from the last value. */
  innovationGrowth: 0,
  differenceGrowth: 0,
};

/** Begins with the upper side. @param threshold the score to be reached. */
export function beginTrial(state: RarityState, outlook: Outlook, threshold: number): void {
  trial.bar = state.constants.offset + threshold;
  trial.noisyBar = trial.bar + outlook.noisePenalty;
  trial.independence = outlook.independence;
  trial.recentJump = outlook.recentJump;
  trial.threshold = threshold;
  trial.levelJumpShare = state.constants.levelJumpShare;
  trial.countsLevelBulk = MOST_BULK_RATE - trial.noisyBar > MOST_LEFT_OUT;
  takeLine(trial.level, state.histograms, HISTOGRAMS.level, 1);
  trial.hasRange = false;
  face(state, 1);
}

/**
 * Whether a value could alert without the fast channel: it lies in another one's tail, or no tail is fitted yet. A look that spares
 * most samples the question.
 */
export function mayStand(state: RarityState, outlook: Outlook, value: number): boolean {
  const adjusted = value - outlook.seasonal;
  return (
    MOST_BULK_RATE > trial.noisyBar ||
    isInTail(trial.level, levelDistanceOf(state, outlook, adjusted)) ||
    isInTail(trial.deviation, deviationOf(state, outlook, adjusted)) ||
    rangeDistanceOf(state, outlook, value) !== 0
  );
}

function isInTail(line: TailLine, distance: number): boolean {
  return line.start === Infinity || Math.abs(distance) > line.startZ;
}

/** Turns to the other side: takes the fitted tails there. */
export function face({ histograms }: RarityState, side: 1 | -1): void {
  const isUp = side > 0;
  trial.side = side;
  takeLine(trial.innovation, histograms, isUp ? HISTOGRAMS.innovationUp : HISTOGRAMS.innovationDown, 2);
  takeLine(trial.difference, histograms, isUp ? HISTOGRAMS.differenceUp : HISTOGRAMS.differenceDown, 2);
  takeLine(trial.deviation, histograms, isUp ? HISTOGRAMS.deviationUp : HISTOGRAMS.deviationDown, 2);
}

/**
 * Asks how rare the value at a distance from the centre would be; the answer is left in `trial`, a rarity of 1 being the
 * threshold's. Flatness counts nothing: the value moved. Level and deviation count in their tails only where
 * their bulk is worth little; leaving that out makes a bound wider, never narrower.
 */
export function tryAt(state: RarityState, outlook: Outlook, centre: number, distance: number): void {
  const value = centre + trial.side * distance;
  const adjusted = value - outlook.seasonal;
  const deviation = deviationOf(state, outlook, adjusted);
  const leverage = leverageOf(distance, deviation * outlook.spread);
  const innovation = innovationOf(state, outlook, adjusted);
  tryJump(innovation);
  trial.rarity = LEAST_RARITY;
  trial.growth = 0;
  trial.innovationGrowth = 0;
  trial.differenceGrowth = 0;
  if (deviation * trial.side > 0) tryDeviation(state, Math.abs(deviation), leverage);
  if (trial.scope === 'history') tryLevel(state, outlook, innovation, deviation, distance);
  else
    tryLevel(state, outlook, innovation, levelDistanceOf(state, outlook, adjusted), distance / WINDOW_POINTS);
  if (trial.scope === 'all') tryFast(state, outlook, adjusted, innovation, deviation, distance, leverage);
  tryRange(state, outlook, value, distance);
}

/** Records make a step in the score, so they stay apart. */
function tryRange(state: RarityState, outlook: Outlook, value: number, distance: number): void {
  trial.records = 0;
  trial.recordGrowth = 0;
  const beyond = rangeDistanceOf(state, outlook, value);
  if (beyond === 0) return;
  if (!trial.hasRange) takeLine(trial.range, state.histograms, HISTOGRAMS.range, 1);
  trial.hasRange = true;
  const size = Math.abs(beyond);
  const surprising = surpriseOnLine(trial.range, state.histograms, size);
  const leverage = leverageOf(distance, beyond * outlook.spread);
  const slope = rangeRateSlope(surprising) * leverage * slopeAt(trial.range, size);
  trial.records = tenTo(rangeRate(surprising) - trial.bar + trial.jump);
  trial.recordGrowth = trial.records * (slope + trial.jumpSlope);
  trial.innovationGrowth += trial.records * trial.jumpSlope;
}

/** The innovation is measured from the centre itself, so that it grows as the distance does. */
function tryJump(innovation: number): void {
  const isJump = trial.scope === 'history';
  trial.jump = isJump ? 0 : jumpEvidence(innovation);
  trial.jumpSlope = isJump ? 0 : jumpEvidenceSlope(innovation);
}

/**
 * Adds one channel's rate, and its slope by the rate's share.
 *
 * @param jumpShare how much of the jump evidence the channel is weighed by.
 * @returns its rarity.
 */
function count(rate: number, slope: number, jumpShare: number): number {
  return addUp(tenTo(rate + jumpShare * trial.jump), slope, jumpShare * trial.jumpSlope);
}

function addUp(rarity: number, slope: number, jumpSlope: number): number {
  const byJump = rarity * jumpSlope;
  trial.rarity += rarity;
  trial.growth += rarity * slope + byJump;
  trial.innovationGrowth += byJump;
  return rarity;
}

/** How fast a rate grows that is bounded by a count: as the bound does, as far as it holds. */
function boundedSlope(rate: number, slope: number, counted: number, countedSlope: number): number {
  return rate <= counted ? slope : slope - trial.independence * (slope - countedSlope);
}

function tryDeviation({ histograms, constants }: RarityState, size: number, leverage: number): void {
  const far = surpriseInTail(trial.deviation, histograms, size);
  if (far <= 0) return;
  const rate = deviationRate(far) - trial.noisyBar;
  const counted = independentRate(far, constants) - trial.threshold;
  const slope = boundedSlope(rate, DEVIATION_SLOPE, counted, 1) * leverage * slopeAt(trial.deviation, size);
  count(boundedRate(rate, counted, trial.independence), slope, 1);
}

/** @param moved what the window's mean has of the distance. */
function tryLevel(
  { histograms }: RarityState,
  outlook: Outlook,
  innovation: number,
  shift: number,
  moved: number,
): void {
  const size = Math.abs(shift);
  const shifted = trial.countsLevelBulk
    ? surpriseOnLine(trial.level, histograms, size)
    : surpriseInTail(trial.level, histograms, size);
  if (shifted <= 0) return;
  const leverage = leverageOf(moved, shift * outlook.spread);
  const slope = LEVEL_SLOPE * leverage * slopeAt(trial.level, size);
  const isRecent = trial.recentJump > Math.abs(innovation);
  const jump = isRecent && trial.scope !== 'history' ? jumpEvidence(trial.recentJump) : trial.jump;
  const rate = levelRate(shifted) - trial.noisyBar + trial.levelJumpShare * jump;
  addUp(tenTo(rate), slope, isRecent ? 0 : trial.levelJumpShare * trial.jumpSlope);
}

function tryFast(
  state: RarityState,
  outlook: Outlook,
  adjusted: number,
  innovation: number,
  deviation: number,
  distance: number,
  leverage: number,
): void {
  const { histograms } = state;
  const difference = differenceOf(state, outlook, adjusted);
  const fast = fastSurprise(
    directed(trial.innovation, histograms, HISTOGRAMS.innovationUp, innovation),
    directed(trial.difference, histograms, HISTOGRAMS.differenceUp, difference),
    deviation,
  );
  // The innovation is measured from the centre itself.
  const innovationSlope = slopeAt(trial.innovation, Math.abs(innovation));
  const differenceSlope =
    leverageOf(distance, difference * outlook.differenceScale) *
    slopeAt(trial.difference, Math.abs(difference));
  const slope = (innovationSlope + differenceSlope) / 2 + leverage * EFFECT_SIZE_SLOPE;
  const rate = fastRate(fast) - trial.noisyBar;
  const counted = independentRate(fast, state.constants) - trial.threshold;
  const rateSlope = boundedSlope(rate, fastRateSlope(fast), counted, 1);
  const rarity = count(boundedRate(rate, counted, trial.independence), rateSlope * slope, 1);
  trial.innovationGrowth += (rarity * rateSlope * innovationSlope) / 2;
  trial.differenceGrowth = (rarity * rateSlope * differenceSlope) / 2;
}

/**
 * Octaves that the distance from somewhere else grows by, an octave of distance from the centre; negative where the value comes
 * closer to it.
 *
 * @param fromElsewhere signed: value less that place.
 */
function leverageOf(distance: number, fromElsewhere: number): number {
  const leverage = (trial.side * distance) / fromElsewhere;
  return Math.max(-MOST_LEVERAGE, Math.min(MOST_LEVERAGE, leverage));
}

/** Distance from the centre at which the deviation enters its tail: there the score may jump. */
export function deviationKnee(state: RarityState, outlook: Outlook, centre: number): number {
  const usual = state.mean + outlook.seasonal;
  return trial.side * (usual - centre) + trial.deviation.startZ * outlook.spread;
}

/** The surprise of a signed distance. The line is that of the tried side; what lies on the other one is looked up. */
function directed(line: TailLine, histograms: LogHistograms, up: number, distance: number): number {
  const size = Math.abs(distance);
  if (distance * trial.side > 0) return surpriseOnLine(line, histograms, size);
  return surprise(histograms, distance >= 0 ? up : up + 1, size, 2);
}
