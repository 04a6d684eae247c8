import type { Sample } from '../series/samples.ts';
import { ColumnReader, numberColumn } from './columns.ts';
import type { Detector, ScoringContext } from './detector.ts';
import { confidenceAt } from './interval-state.ts';
import { normalQuantile, normalSurprise } from './normal-tail.ts';
import type { Score } from './score.ts';

const NAME = 'ewma-chart';
/** Weight of the newest residual in the chart; 0.2 to 0.3 is the usual range (Lucas and Saccucci 1990, table 1). */
const SMOOTHING = 0.25;
/** The points that such an average is worth: (2 - weight) / weight. */
const EFFECTIVE_POINTS = (2 - SMOOTHING) / SMOOTHING;
/** Points over which mean and variance of the residual are learnt; two weeks at five minutes. */
const MEMORY_POINTS = 4032;
/** Fewer residuals than this say nothing about their spread. */
const WARM_UP_POINTS = 30;
/** A far outlier moves mean and variance as one of five deviations would, so that an incident does not hide the next one. */
const CLIP_DEVIATIONS = 5;
const SECONDS_PER_WEEK = 604_800;
const LEAST_SCORE = -9;

const NUMBERS = [
  'stepSeconds',
  'count',
  'firstSeconds',
  'lastSeconds',
  'lastExpected',
  'mean',
  'variance',
  'average',
] as const;

interface EwmaChartState {
  stepSeconds: number;
  /** Residuals learnt since the chart began. */
  count: number;
  firstSeconds: number;
  lastSeconds: number;
  /** The baseline at the last sample; NaN without one. */
  lastExpected: number;
  /** Mean and variance of the residuals. */
  mean: number;
  variance: number;
  /** The charted statistic. */
  average: number;
}

/**
 * The EWMA control chart of the residuals from the baseline (without one: of the values themselves): the simple alternative
 * that other detectors are compared to. The score is the normal tail probability of the charted average times the
 * points in a week.
 *
 * Source: Roberts 1959, Control Chart Tests Based on Geometric Moving Averages; limits by Lucas and Saccucci 1990, eq. 4.
 */
export const ewmaChart: Detector<EwmaChartState> = {
  name: NAME,
  alerting: 'policy',
  start: emptyChart,

  step(state, sample, context) {
    const { timeSeconds, value } = sample;
    if (!Number.isFinite(value) || timeSeconds <= state.lastSeconds) return undefined;
    if (state.lastSeconds === -Infinity) state.firstSeconds = timeSeconds;
    const expected = context.baseline?.expected ?? Number.NaN;
    // With the first model, or the loss of it, residuals become of another kind: the chart restarts.
    if (Number.isNaN(expected) !== Number.isNaN(state.lastExpected)) state.count = 0;
    const centre = Number.isNaN(expected) ? 0 : expected;
    const score = state.count >= WARM_UP_POINTS ? scoreOf(state, sample, centre, context) : undefined;
    learn(state, value - centre);
    state.lastSeconds = timeSeconds;
    state.lastExpected = expected;
    return score;
  },

  adoptBaseline(state, baselineAt) {
    if (Number.isNaN(state.lastExpected)) return;
    const { expected } = baselineAt(state.lastSeconds);
    const shift = state.lastExpected - expected;
    state.mean += shift;
    state.average += shift;
    state.lastExpected = expected;
  },

  encode: (states) =>
    Object.fromEntries(NUMBERS.map((field) => [field, numberColumn(states, (state) => state[field])])),

  decode(encoded) {
    const reader = new ColumnReader(NAME, encoded);
    const { length } = reader.numbers('stepSeconds');
    const columns = NUMBERS.map((field) => reader.numbers(field, length));
    return Array.from({ length }, (_, index) => {
      const state = emptyChart(0);
      NUMBERS.forEach((field, column) => {
        state[field] = columns[column]![index]!;
      });
      return state;
    });
  },
};

function emptyChart(stepSeconds: number): EwmaChartState {
  return {
    stepSeconds,
    count: 0,
    firstSeconds: -Infinity,
    lastSeconds: -Infinity,
    lastExpected: Number.NaN,
    mean: 0,
    variance: 0,
    average: 0,
  };
}

function scoreOf(state: EwmaChartState, sample: Sample, centre: number, context: ScoringContext): Score {
  const residual = sample.value - centre;
  const spread = Math.sqrt(state.variance) + 1e-9 * (Math.abs(state.mean) + 1);
  // The charted average's standard deviation in the steady state (Lucas and Saccucci 1990, eq. 4).
  const deviation = spread / Math.sqrt(EFFECTIVE_POINTS);
  const average = state.average + SMOOTHING * (residual - state.average);
  const surprise = normalSurprise(Math.abs(average - state.mean) / deviation);
  const pointsPerWeek = Math.log10(SECONDS_PER_WEEK / state.stepSeconds);
  const score = Math.max(LEAST_SCORE, surprise - pointsPerWeek);
  const limit = normalQuantile(context.threshold + pointsPerWeek) * deviation;
  // The value at which the charted average would stand on its limit.
  const valueAt = (wanted: number) => centre + state.average + (wanted - state.average) / SMOOTHING;
  const expected = centre + state.mean;
  const ageSeconds = sample.timeSeconds - state.firstSeconds;
  return {
    score,
    spikeScore: score,
    confidence: confidenceAt(ageSeconds),
    band: {
      expected,
      lower: Math.min(expected, valueAt(state.mean - limit)),
      upper: Math.max(expected, valueAt(state.mean + limit)),
    },
    evidence: {
      channel: 'level',
      surprise,
      direction: average < state.mean ? -1 : 1,
      observed: centre + average,
      usual: expected,
      deviation: Math.abs(average - state.mean),
      level: expected,
      spread,
      hasTimeOfDay: context.baseline !== undefined,
      points: EFFECTIVE_POINTS,
      ageSeconds,
    },
  };
}

function learn(state: EwmaChartState, residual: number): void {
  if (state.count === 0) {
    state.mean = residual;
    state.average = residual;
    state.variance = 0;
  }
  const weight = Math.max(1 / MEMORY_POINTS, 1 / (state.count + 1));
  const limit =
    state.count >= WARM_UP_POINTS ? CLIP_DEVIATIONS * Math.sqrt(state.variance) + 1e-12 : Infinity;
  const difference = Math.max(-limit, Math.min(limit, residual - state.mean));
  state.average += SMOOTHING * (residual - state.average);
  state.mean += weight * difference;
  state.variance = (1 - weight) * (state.variance + weight * difference * difference);
  state.count += 1;
}
