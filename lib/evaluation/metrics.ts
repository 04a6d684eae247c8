import { type BandQuality, bandQuality } from './band-quality.ts';
import {
  bootstrap,
  type EventCount,
  estimateMedian,
  estimateShare,
  estimateWeeklyRate,
} from './bootstrap.ts';
import { type Estimate, noEstimate } from './estimate.ts';
import { scoreEvents } from './event-scores.ts';
import { expectedPrecision } from './expected-precision.ts';
import { faults } from './faults/registry.ts';
import type { InjectionOutcome } from './judgement.ts';
import { nabProfiles, nabScore } from './nab-score.ts';
import { nabWeeks } from './nab-weeks.ts';
import { countPoints, type PointCounts, pointScores, sumPoints } from './point-scores.ts';
import type { JudgedSeries } from './series-evaluation.ts';

/** The resampling unit is a day: longer than nearly every incident, and a month has enough of them. */
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 604_800;
/** The rate of real incidents for which a precision is stated. */
export const INCIDENTS_PER_WEEK = 1;

/** Detection quality of one or several series, each figure with its 95% interval. */
export interface DetectionMetrics {
  /** Fraction of the injected faults that raised an alert. */
  readonly recall: Estimate;
  /** Fraction of the same places at which the undisturbed history has an alert anyway. */
  readonly recallByChance: Estimate;
  /** Fraction of the gaps in the data that raised no alert. */
  readonly quietOverGaps: Estimate;
  /** Median time from a fault's first sample to its alert, over the found faults. */
  readonly delaySeconds: Estimate;
  /** Alerts of the undisturbed history (outside real incidents, where they are known) per series and week. */
  readonly falseAlertsPerWeek: Estimate;
  /**
   * Fraction of alerts that would be real at one incident a week; the interval combines the bounds of its
   * parts.
   */
  readonly precision: Estimate;
  /** Harmonic mean of recall and precision. */
  readonly f1: Estimate;
  /** Over single samples, of the injected faults and of the undisturbed history. */
  readonly points: { readonly precision: Estimate; readonly recall: Estimate; readonly f1: Estimate };
  /** Fraction of the samples inside the models' bands. */
  readonly coverage: Estimate;
  /** Mean loss in units of the series' own noise. */
  readonly pinball: Estimate;
  readonly intervalScore: Estimate;
  /** The benchmark's score (standard profile) of the alerts, with the injected faults as windows. */
  readonly nab: Estimate;
}

/**
 * The metrics of several series together.
 *
 * @param bandLevel the fraction of samples that the models' bands should hold.
 * @param seed of the bootstrap.
 */
export function detectionMetrics(
  series: readonly JudgedSeries[],
  bandLevel: number,
  seed: number,
): DetectionMetrics {
  const outcomes = series.flatMap(({ judgement }) => judgement.outcomes);
  const toFind = outcomes.filter(({ injection }) => faults[injection.fault].expects === 'alert');
  const gaps = outcomes.filter(({ injection }) => faults[injection.fault].expects === 'silence');
  const days = series.flatMap((one) => judgedDays(one, bandLevel));
  const recall = estimateShare(
    toFind.map(({ isFound }) => isFound),
    seed,
  );
  const falseAlertsPerWeek = estimateWeeklyRate(
    days.map(({ falseAlerts }) => falseAlerts),
    seed,
  );
  const precision = combined(recall, falseAlertsPerWeek, (share, rate) =>
    expectedPrecision(share, rate, INCIDENTS_PER_WEEK),
  );
  const points = [...toFind.map(pointsOf), ...days.map((day) => day.points)];
  const pointEstimate = (field: 'precision' | 'recall' | 'f1') =>
    bootstrap(points, (drawn) => pointScores(sumPoints(drawn))[field] ?? Number.NaN, seed);
  const bands = days.flatMap((day) => (day.band.samples > 0 ? [day.band] : []));
  const bandEstimate = (field: 'inside' | 'pinball' | 'intervalScore') =>
    bootstrap(bands, (drawn) => total(drawn, field) / total(drawn, 'samples'), seed);
  return {
    recall,
    recallByChance: estimateShare(
      toFind.map(({ isFoundByChance }) => isFoundByChance),
      seed,
    ),
    quietOverGaps: estimateShare(
      gaps.map(({ isFound, isFoundByChance }) => !isFound || isFoundByChance),
      seed,
    ),
    delaySeconds: estimateMedian(
      toFind.flatMap(({ delaySeconds }) => delaySeconds ?? []),
      seed,
    ),
    falseAlertsPerWeek,
    precision,
    f1: combined(recall, precision, harmonicMean),
    points: {
      precision: pointEstimate('precision'),
      recall: pointEstimate('recall'),
      f1: pointEstimate('f1'),
    },
    coverage: bandEstimate('inside'),
    pinball: bandEstimate('pinball'),
    intervalScore: bandEstimate('intervalScore'),
    nab: bootstrap(series.flatMap(nabWeeks), (weeks) => nabScore(weeks, 1, nabProfiles.standard).score, seed),
  };
}

interface JudgedDay {
  readonly falseAlerts: EventCount;
  readonly points: PointCounts;
  readonly band: BandQuality;
}

/** The judged part of a series in stretches of 24 hours, the last one shorter. */
function judgedDays({ evaluation, judgement }: JudgedSeries, bandLevel: number): JudgedDay[] {
  const { samples, models, firstRow, stepSeconds, incidents, truth, noise } = evaluation;
  const { timesSeconds } = samples;
  const days: JudgedDay[] = [];
  const normal = new Uint8Array(timesSeconds.length);
  for (let first = firstRow; first < timesSeconds.length; ) {
    const until = timesSeconds[first]! + DAY_SECONDS;
    let end = first;
    while (end < timesSeconds.length && timesSeconds[end]! < until) end += 1;
    const alerts = judgement.alertRows.filter((row) => row >= first && row < end);
    const band = bandQuality(samples, models, bandLevel, first, end);
    days.push({
      falseAlerts: {
        events: scoreEvents(alerts, incidents).falseAlerts,
        weeks: ((end - first) * stepSeconds) / WEEK_SECONDS,
      },
      points: countPoints(judgement.anomalous.subarray(first, end), (truth ?? normal).subarray(first, end)),
      band: { ...band, pinball: band.pinball / noise, intervalScore: band.intervalScore / noise },
    });
    first = end;
  }
  return days;
}

function pointsOf({ points, anomalousPoints }: InjectionOutcome): PointCounts {
  return { truePositives: anomalousPoints, falsePositives: 0, falseNegatives: points - anomalousPoints };
}

function total(bands: readonly BandQuality[], field: keyof BandQuality): number {
  return bands.reduce((sum, band) => sum + band[field], 0);
}

/** A figure derived from two others; its bounds are the extremes over their bounds. */
function combined(
  one: Estimate,
  other: Estimate,
  follow: (one: number, other: number) => number | null,
): Estimate {
  if (one.value === null || other.value === null) return noEstimate;
  const value = follow(one.value, other.value);
  const corners = [one.low, one.high].flatMap((left) =>
    [other.low, other.high].flatMap((right) =>
      left === null || right === null ? [] : (follow(left, right) ?? []),
    ),
  );
  if (value === null) return noEstimate;
  return { value, low: Math.min(value, ...corners), high: Math.max(value, ...corners), units: one.units };
}

function harmonicMean(one: number, other: number): number {
  return one + other === 0 ? 0 : (2 * one * other) / (one + other);
}
