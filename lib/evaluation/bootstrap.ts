import { quantile } from '../series/quantile.ts';
import { uniformAt } from '../series/seeded-noise.ts';
import { type Estimate, noEstimate } from './estimate.ts';

/** Leaves 25 resamples beyond each end of a 95% interval. */
const RESAMPLES = 1000;
const LEVEL = 0.95;
/** -ln(0.05): with no event in n trials, the rate is below this over n with 95% confidence. */
const RULE_OF_THREE = 3;

/**
 * A statistic with its percentile bootstrap interval: units are resampled with replacement 1000 times, and
 * the interval holds the middle 95% of the statistic. Units must be independent of each other: incidents, or
 * stretches of time that are longer than an incident.
 *
 * @param statistic NaN when undefined for a resample, which is then dropped.
 * @param seed the same seed gives the same interval. Source: Efron and Tibshirani 1993, An Introduction to
 * the Bootstrap, section 13.3.
 */
export function bootstrap<Unit>(
  units: readonly Unit[],
  statistic: (units: readonly Unit[]) => number,
  seed: number,
): Estimate {
  const value = units.length === 0 ? Number.NaN : statistic(units);
  if (Number.isNaN(value)) return { ...noEstimate, units: units.length };
  const drawn: Unit[] = units.slice();
  const statistics = new Float64Array(RESAMPLES);
  let count = 0;
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    for (let index = 0; index < drawn.length; index += 1) {
      const chance = uniformAt(seed, resample * drawn.length + index);
      drawn[index] = units[Math.floor(chance * units.length)]!;
    }
    const outcome = statistic(drawn);
    if (Number.isNaN(outcome)) continue;
    statistics[count] = outcome;
    count += 1;
  }
  const kept = statistics.subarray(0, count);
  const low = Math.min(value, quantile(kept, (1 - LEVEL) / 2));
  const high = Math.max(value, quantile(kept, (1 + LEVEL) / 2));
  return { value, low, high, units: units.length };
}

/**
 * The fraction of successful trials. When all or none succeeded, resampling gives no interval, so the bound
 * is that of the rule of three.
 *
 * Source: Hanley and Lippman-Hand 1983, If Nothing Goes Wrong, Is Everything All Right?
 */
export function estimateShare(successes: readonly boolean[], seed: number): Estimate {
  const estimate = bootstrap(successes, shareOfTrue, seed);
  const doubt = Math.min(1, RULE_OF_THREE / successes.length);
  if (estimate.value === 0) return { ...estimate, high: doubt };
  if (estimate.value === 1) return { ...estimate, low: 1 - doubt };
  return estimate;
}

/** Events in a stretch of time. */
export interface EventCount {
  readonly events: number;
  /** > 0. */
  readonly weeks: number;
}

/** Events per week over all stretches; without any event the upper bound is that of the rule of three. */
export function estimateWeeklyRate(stretches: readonly EventCount[], seed: number): Estimate {
  const estimate = bootstrap(stretches, weeklyRate, seed);
  if (estimate.value !== 0) return estimate;
  const weeks = stretches.reduce((sum, stretch) => sum + stretch.weeks, 0);
  return { ...estimate, high: RULE_OF_THREE / weeks };
}

/** The median of some figures. */
export function estimateMedian(figures: readonly number[], seed: number): Estimate {
  return bootstrap(figures, (drawn) => quantile(Float64Array.from(drawn), 0.5), seed);
}

function shareOfTrue(trials: readonly boolean[]): number {
  let successes = 0;
  for (const trial of trials) if (trial) successes += 1;
  return successes / trials.length;
}

function weeklyRate(stretches: readonly EventCount[]): number {
  let events = 0;
  let weeks = 0;
  for (const stretch of stretches) {
    events += stretch.events;
    weeks += stretch.weeks;
  }
  return events / weeks;
}
