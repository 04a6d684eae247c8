import type { Sample } from '../series/samples.ts';
import type { Detector, ScoringContext } from './detector.ts';
import { InvalidDetectorStateError } from './errors.ts';
import type { Score } from './score.ts';

/** Weight of the newest residual in the chart; 0.2 to 0.3 is the usual range (Lucas and Saccucci 1990, table 1). */
const SMOOTHING = 0.25;
/** Points over which mean and variance of the residual are learnt; two weeks at five minutes. */
const MEMORY_POINTS = 4032;
/** Fewer residuals than this say nothing about their spread. */
const WARM_UP_POINTS = 30;
const SECONDS_PER_WEEK = 604_800;

interface EwmaChartState {
  readonly stepSeconds: number;
  count: number;
  lastSeconds: number;
  firstSeconds: number;
  /** Mean of the residuals. */
  mean: number;
  /** Variance of the residuals. */
  variance: number;
  /** The charted statistic. */
  average: number;
}

/**
 * The EWMA control chart of the residuals from the baseline (without one: from their own mean): the simple
 * alternative that other detectors are compared to. The score is the normal tail probability of the charted average
 * times the points in a week.
 *
 * Source: Roberts 1959, Control Chart Tests Based on Geometric Moving Averages; limits by Lucas and Saccucci 1990, eq. 4.
 */
export const ewmaChart: Detector<EwmaChartState> = {
  name: 'ewma-chart',

  start: (stepSeconds) => ({
    stepSeconds,
    count: 0,
    lastSeconds: -Infinity,
    firstSeconds: 0,
    mean: 0,
    variance: 0,
    average: 0,
  }),

  step(state, sample, context) {
    const { timeSeconds, value } = sample;
    if (!Number.isFinite(value) || timeSeconds <= state.lastSeconds) return undefined;
    const residual = value - (context.baseline?.expected ?? 0);
    const score = state.count >= WARM_UP_POINTS ? scoreOf(state, sample, residual, context) : undefined;
    learn(state, timeSeconds, residual);
    return score;
  },

  encode: (state) => ({ ...state }),

  decode(encoded) {
    const record = encoded as Partial<EwmaChartState> | null;
    const fields = [
      'stepSeconds',
      'count',
      'lastSeconds',
      'firstSeconds',
      'mean',
      'variance',
      'average',
    ] as const;
    for (const field of fields) {
      if (typeof record?.[field] !== 'number')
        throw new InvalidDetectorStateError('ewma-chart', `"${field}" is not a number`);
    }
    return { ...(record as EwmaChartState) };
  },
};

/** The standard deviation of the charted average in the steady state (Lucas and Saccucci 1990, eq. 4). */
function chartDeviation(state: EwmaChartState): number {
  const floor = 1e-9 * (Math.abs(state.mean) + 1);
  return (Math.sqrt(state.variance) + floor) * Math.sqrt(SMOOTHING / (2 - SMOOTHING));
}

function scoreOf(state: EwmaChartState, sample: Sample, residual: number, context: ScoringContext): Score {
  const deviation = chartDeviation(state);
  const average = state.average + SMOOTHING * (residual - state.average);
  const z = Math.abs(average - state.mean) / deviation;
  const pointsPerWeek = SECONDS_PER_WEEK / state.stepSeconds;
  const score = Math.max(-9, -log10NormalTail(z) - Math.log10(pointsPerWeek));
  const limit = normalQuantile(context.threshold + Math.log10(pointsPerWeek)) * deviation;
  const offset = sample.value - residual;
  // The value at which the charted average would stand on its limit.
  const atAverage = (wanted: number) => offset + state.average + (wanted - state.average) / SMOOTHING;
  const expected = offset + state.mean;
  return {
    score,
    spikeScore: score,
    channel: 'level',
    confidence: Math.min(1, (sample.timeSeconds - state.firstSeconds) / 172_800),
    band: {
      expected,
      lower: Math.min(expected, atAverage(state.mean - limit)),
      upper: Math.max(expected, atAverage(state.mean + limit)),
    },
  };
}

function learn(state: EwmaChartState, timeSeconds: number, residual: number): void {
  if (state.count === 0) {
    state.firstSeconds = timeSeconds;
    state.mean = residual;
    state.average = residual;
  }
  const weight = Math.max(1 / MEMORY_POINTS, 1 / (state.count + 1));
  const difference = residual - state.mean;
  // A far outlier moves the mean as one of five deviations would, so that an incident does not hide the next one.
  const bound = state.count >= WARM_UP_POINTS ? 5 * Math.sqrt(state.variance) + 1e-12 : Infinity;
  const bounded = Math.max(-bound, Math.min(bound, difference));
  state.average += SMOOTHING * (residual - state.average);
  state.mean += weight * bounded;
  state.variance = (1 - weight) * (state.variance + weight * bounded * bounded);
  state.lastSeconds = timeSeconds;
  state.count += 1;
}

/** log10 of the two-sided tail probability of a standard normal |z|, by the bounds' mean of Mills' ratio (Gordon 1941). */
function log10NormalTail(z: number): number {
  const density = -(z * z) / 2 - 0.5 * Math.log(2 * Math.PI);
  // Komatu-Pollak form of Mills' ratio: 4 / (3 z + sqrt(z^2 + 8)); relative error below 1.5% from z = 0 on.
  const mills = 4 / (3 * z + Math.sqrt(z * z + 8));
  return Math.min(0, (density + Math.log(2 * mills)) / Math.LN10);
}

/** The |z| whose two-sided tail probability is 10^-exponent, by bisection. */
function normalQuantile(exponent: number): number {
  let low = 0;
  let high = 40;
  for (let iteration = 0; iteration < 50; iteration += 1) {
    const middle = (low + high) / 2;
    if (-log10NormalTail(middle) < exponent) low = middle;
    else high = middle;
  }
  return high;
}
