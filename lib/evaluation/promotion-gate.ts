import type { HoldoutScores } from '../baseline/holdout-scores.ts';

/** By how much a candidate may be worse than the champion and still replace it. */
export interface PromotionMargins {
  /** Of the coverage, as a share of the samples; 0 to 1. */
  readonly coverageMargin: number;
  /** Of the error and of the interval score, as a share of the champion's; 0 to 1. */
  readonly errorMargin: number;
  /** Of what the detector tells, in alerts a week; >= 0. */
  readonly falseAlertsMargin: number;
}

/** What the gate needs to know of the samples. */
export interface PromotionTerms extends PromotionMargins {
  /** The share of values that the bands promise to hold. */
  readonly level: number;
  /** Differences up to this, in the unit of the value, are rounding. */
  readonly negligible: number;
}

/**
 * The least coverage of a series' first model: one whose band misses most of the next day describes another series. A
 * level that wandered alone costs a sound model a part of its coverage, so the bar is far below the band's promise.
 */
const LEAST_COVERAGE = 0.5;

/**
 * What speaks against a first model.
 *
 * @returns sentences for a person; none when it may be used.
 */
export function objectionsToFirst({ coverage, samples }: HoldoutScores, level: number): string[] {
  if (coverage >= Math.min(LEAST_COVERAGE, level)) return [];
  return [
    `the band holds ${percent(coverage)} of ${samples} held-out samples; a first model needs ${percent(Math.min(LEAST_COVERAGE, level))}`,
  ];
}

/**
 * What speaks against replacing the champion, judged on the same held-out samples. A band that holds more than it
 * promises is no merit: the interval score tells whether it is too wide.
 *
 * @returns sentences for a person; none when the candidate may take over.
 */
export function objectionsToReplacing(
  candidate: HoldoutScores,
  champion: HoldoutScores,
  terms: PromotionTerms,
): string[] {
  const { coverageMargin, falseAlertsMargin, level } = terms;
  const objections: string[] = [];
  const leastCoverage = Math.min(champion.coverage, level) - coverageMargin;
  if (!(candidate.coverage >= leastCoverage)) {
    objections.push(
      `its band holds ${percent(candidate.coverage)} of the held-out samples, the champion's ${percent(champion.coverage)}`,
    );
  }
  if (isWorse(candidate.intervalScore, champion.intervalScore, terms)) {
    objections.push(
      `its interval score is ${figure(candidate.intervalScore)}, the champion's ${figure(champion.intervalScore)}`,
    );
  }
  if (isWorse(candidate.error, champion.error, terms)) {
    objections.push(`its error is ${figure(candidate.error)}, the champion's ${figure(champion.error)}`);
  }
  const { falseAlertsPerWeek: own = 0 } = candidate;
  const { falseAlertsPerWeek: before = own } = champion;
  if (own > before + falseAlertsMargin)
    objections.push(`with it ${figure(own)} alerts a week are told, with the champion ${figure(before)}`);
  return objections;
}

/**
 * How far a model may lead away, in the time ahead, from the one that it replaces. Errors that have nothing to do with each
 * other add up in quadrature: were the model before right about that time, the new one's error would become
 * sqrt(error^2 + distance^2). That must be within the margin of the error of the model before; so a small gain on the
 * held-out samples pays for a small distance, and a great gain for a great one.
 *
 * @returns the greatest root mean square of the distance, in the unit of the value.
 */
export function distanceWithin(
  candidate: HoldoutScores,
  before: HoldoutScores,
  { errorMargin, negligible }: Pick<PromotionTerms, 'errorMargin' | 'negligible'>,
): number {
  const most = before.error * (1 + errorMargin);
  return Math.sqrt(Math.max(0, most ** 2 - candidate.error ** 2)) + negligible;
}

/** Whether a model forecasts worse than seasonal naive by more than the margin: then it is not worth its place. */
export function isWorseThanNaive(
  candidate: HoldoutScores,
  seasonalNaive: HoldoutScores,
  terms: Pick<PromotionTerms, 'errorMargin' | 'negligible'>,
): boolean {
  return isWorse(candidate.error, seasonalNaive.error, terms);
}

/** A loss that is no number, as of a forecast that ran away, is worse than any. */
function isWorse(
  own: number,
  other: number,
  { errorMargin, negligible }: Pick<PromotionTerms, 'errorMargin' | 'negligible'>,
): boolean {
  return !Number.isFinite(own) || own > other * (1 + errorMargin) + negligible;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
