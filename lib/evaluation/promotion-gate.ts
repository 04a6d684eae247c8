import type { HoldoutScores } from '../baseline/holdout-scores.ts';

/** How much worse than the champion a candidate may be and still replace it. */
export interface PromotionMargins {
  /** Of the coverage, as a fraction of the samples; 0 to 1. */
  readonly coverageMargin: number;
  /** Of the error and of the interval score, as a fraction of the champion's; 0 to 1. */
  readonly errorMargin: number;
  /** Of the detector's notifications, per week; >= 0. */
  readonly falseAlertsMargin: number;
}

/** The parameters of the gate. */
export interface PromotionTerms extends PromotionMargins {
  /** The fraction of values that the bands should hold. */
  readonly level: number;
  /** Differences up to this, in the unit of the value, count as rounding. */
  readonly negligible: number;
}

/**
 * The minimum coverage of a series' first model: one whose band misses most of the next day describes another
 * series. A wandering level alone costs a good model part of its coverage, so the minimum is far below the
 * band's level.
 */
const MINIMUM_COVERAGE = 0.5;

/**
 * Reasons against a first model.
 *
 * @returns sentences; none when it may be promoted.
 */
export function objectionsToFirst({ coverage, samples }: HoldoutScores, level: number): string[] {
  if (coverage >= Math.min(MINIMUM_COVERAGE, level)) return [];
  return [
    `its band holds ${percent(coverage)} of ${samples} held-out samples; a first model needs ${percent(Math.min(MINIMUM_COVERAGE, level))}`,
  ];
}

/**
 * Reasons against replacing the champion, judged on the same held-out samples. Holding more than the level
 * counts for nothing: the interval score shows whether the band is too wide.
 *
 * @returns sentences; none when the candidate may be promoted.
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
    objections.push(`it raises ${figure(own)} alerts a week, the champion ${figure(before)}`);
  return objections;
}

/**
 * How far a model's forecast for the next day may differ from that of the champion. Independent errors add up
 * in quadrature: if the champion were right, the new model's error would be sqrt(error^2 + distance^2). That
 * must be within the margin of the champion's error, so a small improvement on the held-out samples allows a
 * small distance, and a great one a great distance.
 *
 * @returns the largest allowed root mean square of the distance, in the unit of the value.
 */
export function distanceWithin(
  candidate: HoldoutScores,
  before: HoldoutScores,
  { errorMargin, negligible }: Pick<PromotionTerms, 'errorMargin' | 'negligible'>,
): number {
  const most = before.error * (1 + errorMargin);
  return Math.sqrt(Math.max(0, most ** 2 - candidate.error ** 2)) + negligible;
}

/** Whether a model forecasts worse than seasonal naive by more than the margin, and must be refused. */
export function isWorseThanNaive(
  candidate: HoldoutScores,
  seasonalNaive: HoldoutScores,
  terms: Pick<PromotionTerms, 'errorMargin' | 'negligible'>,
): boolean {
  return isWorse(candidate.error, seasonalNaive.error, terms);
}

/** A loss that is not a number, as of a forecast that diverged, is worse than any. */
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
