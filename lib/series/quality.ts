import { findGaps } from './gaps.ts';
import { quantile } from './quantile.ts';
import type { Samples } from './samples.ts';

/** How suitable a history is for training. */
export interface QualityReport {
  readonly samples: number;
  /** Samples over the steps that the history spans, first and last included; 0 to 1. */
  readonly completeness: number;
  readonly gaps: number;
  readonly longestGapSeconds: number;
  /** Stretches of one value of at least CONSTANT_SAMPLES samples. */
  readonly constantStretches: number;
  readonly longestConstantSeconds: number;
  /** Fraction of the samples in such stretches; 0 to 1. */
  readonly constantShare: number;
  /** Fraction of samples far from the median by the modified z-score; 0 to 1. */
  readonly outlierShare: number;
  /**
   * Decreases of a series that otherwise only rises: a counter, which should be converted to a rate before
   * training.
   */
  readonly counterResets: number;
  readonly looksLikeCounter: boolean;
}

/** Shorter runs of equal values are common in rounded metrics. */
const CONSTANT_SAMPLES = 12;

/** Source: Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers: outlying beyond a modified z-score of 3.5. */
const OUTLIER_SCORE = 3.5;
const MEDIAN_DEVIATION_TO_SIGMA = 1.4826;
const MEAN_DEVIATION_TO_SIGMA = 1.2533;

/** A counter rises; it may stand still, and falls only when its process restarts. */
const COUNTER_RISING_SHARE = 0.5;
const COUNTER_FALLING_SHARE = 0.02;

/**
 * Judges the quality of a history before training.
 *
 * @param samples cleaned: finite, ascending, one per time.
 * @param stepSeconds the nominal step, > 0.
 */
export function judgeQuality(samples: Samples, stepSeconds: number): QualityReport {
  const { timesSeconds, values } = samples;
  const count = values.length;
  const gaps = findGaps(samples, stepSeconds);
  return {
    samples: count,
    completeness: completenessOf(timesSeconds, stepSeconds),
    gaps: gaps.length,
    longestGapSeconds: gaps.reduce((longest, gap) => Math.max(longest, gap.endSeconds - gap.startSeconds), 0),
    ...constantStretchesOf(samples),
    outlierShare: outlierShareOf(values),
    ...counterResetsOf(values),
  };
}

/** Samples over the steps that they span, 0 to 1; 0 without samples. */
export function completenessOf(timesSeconds: Float64Array, stepSeconds: number): number {
  const count = timesSeconds.length;
  if (count === 0) return 0;
  const expected = Math.round((timesSeconds[count - 1]! - timesSeconds[0]!) / stepSeconds) + 1;
  return Math.min(1, count / expected);
}

type ConstantStretches = Pick<
  QualityReport,
  'constantStretches' | 'longestConstantSeconds' | 'constantShare'
>;

function constantStretchesOf({ timesSeconds, values }: Samples): ConstantStretches {
  let constantStretches = 0;
  let longestConstantSeconds = 0;
  let inside = 0;
  for (let start = 0; start < values.length; ) {
    let end = start + 1;
    while (end < values.length && values[end] === values[start]) end += 1;
    if (end - start >= CONSTANT_SAMPLES) {
      constantStretches += 1;
      inside += end - start;
      longestConstantSeconds = Math.max(
        longestConstantSeconds,
        timesSeconds[end - 1]! - timesSeconds[start]!,
      );
    }
    start = end;
  }
  return {
    constantStretches,
    longestConstantSeconds,
    constantShare: values.length === 0 ? 0 : inside / values.length,
  };
}

function outlierShareOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  const median = quantile(values, 0.5);
  const deviations = values.map((value) => Math.abs(value - median));
  let sigma = MEDIAN_DEVIATION_TO_SIGMA * quantile(deviations, 0.5);
  if (sigma === 0) {
    const mean = deviations.reduce((sum, deviation) => sum + deviation, 0) / deviations.length;
    sigma = MEAN_DEVIATION_TO_SIGMA * mean;
  }
  if (sigma === 0) return 0;
  return deviations.filter((deviation) => deviation > OUTLIER_SCORE * sigma).length / values.length;
}

function counterResetsOf(values: Float64Array): Pick<QualityReport, 'counterResets' | 'looksLikeCounter'> {
  let rising = 0;
  let falling = 0;
  for (let index = 1; index < values.length; index += 1) {
    if (values[index]! > values[index - 1]!) rising += 1;
    else if (values[index]! < values[index - 1]!) falling += 1;
  }
  const steps = Math.max(1, values.length - 1);
  const looksLikeCounter =
    rising / steps >= COUNTER_RISING_SHARE && falling / steps <= COUNTER_FALLING_SHARE && values[0]! >= 0;
  return { counterResets: looksLikeCounter ? falling : 0, looksLikeCounter };
}
