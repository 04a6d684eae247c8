import { arrayColumn, ColumnReader, numberColumn, row } from '../lib/detector/columns.ts';
import type { Detector, ScoringContext } from '../lib/detector/detector.ts';
import { normalQuantile, normalSurprise } from '../lib/detector/normal-tail.ts';
import type { Score } from '../lib/detector/score.ts';
import { quantile } from '../lib/series/quantile.ts';
import type { Sample } from '../lib/series/samples.ts';

const NAME = 'running-median';
/** Residuals that the median and its spread are taken of. Odd, so that the median is one of them. */
const WINDOW_POINTS = 101;
/** Fewer residuals than this say too little about their spread. */
const WARM_UP_POINTS = 30;
/** Of a normal distribution, the standard deviation is this many times the median absolute deviation. */
const DEVIATIONS_PER_MAD = 1.4826;
const FULL_CONFIDENCE_SECONDS = 2 * 86_400;
const SECONDS_PER_WEEK = 604_800;
/** Lower scores all mean the same: nothing unusual. */
const LEAST_SCORE = -9;

const NUMBERS = ['stepSeconds', 'count', 'firstSeconds', 'lastSeconds', 'lastExpected'] as const;

interface RunningMedianState {
  stepSeconds: number;
  /** Residuals learnt; the newest one stands at index `(count - 1) % WINDOW_POINTS` of the window. */
  count: number;
  firstSeconds: number;
  lastSeconds: number;
  /** The baseline at the last sample; NaN without one. */
  lastExpected: number;
  window: Float64Array;
}

/**
 * Compares a sample with the running median of its residuals from the baseline (without one: of the values). The score
 * is the normal tail probability of the modified z-score times the number of points in a week. Half of the window may
 * be outliers before the median moves, so an incident does not hide the next one.
 *
 * Source: Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers, section 3.3 (modified z-score).
 */
export const runningMedian: Detector<RunningMedianState> = {
  name: NAME,
  alerting: 'policy',
  start: emptyState,

  step(state, sample, context) {
    const { timeSeconds, value } = sample;
    if (!Number.isFinite(value) || timeSeconds <= state.lastSeconds) return undefined;
    if (state.firstSeconds === -Infinity) state.firstSeconds = timeSeconds;
    const expected = context.baseline?.expected ?? Number.NaN;
    // Residuals and plain values can't share a window: with the first model it is filled from the start.
    if (Number.isNaN(expected) !== Number.isNaN(state.lastExpected)) state.count = 0;
    const centre = Number.isNaN(expected) ? 0 : expected;
    const score = state.count >= WARM_UP_POINTS ? scoreOf(state, sample, centre, context) : undefined;
    state.window[state.count % WINDOW_POINTS] = value - centre;
    state.count += 1;
    state.lastSeconds = timeSeconds;
    state.lastExpected = expected;
    return score;
  },

  adoptBaseline(state, baselineAt) {
    if (Number.isNaN(state.lastExpected)) return;
    const { expected } = baselineAt(state.lastSeconds);
    const shift = state.lastExpected - expected;
    for (let index = 0; index < WINDOW_POINTS; index += 1) state.window[index]! += shift;
    state.lastExpected = expected;
  },

  encode: (states) => ({
    ...Object.fromEntries(NUMBERS.map((field) => [field, numberColumn(states, (state) => state[field])])),
    window: arrayColumn(states, WINDOW_POINTS, ({ window }) => window),
  }),

  decode(encoded) {
    const reader = new ColumnReader(NAME, encoded);
    const { length } = reader.numbers('stepSeconds');
    const columns = NUMBERS.map((field) => reader.numbers(field, length));
    const windows = reader.numbers('window', length * WINDOW_POINTS);
    return Array.from({ length }, (_, index) => {
      const state = emptyState(0);
      NUMBERS.forEach((field, column) => {
        state[field] = columns[column]![index]!;
      });
      return { ...state, window: row(windows, WINDOW_POINTS, index) };
    });
  },
};

function emptyState(stepSeconds: number): RunningMedianState {
  return {
    stepSeconds,
    count: 0,
    firstSeconds: -Infinity,
    lastSeconds: -Infinity,
    lastExpected: Number.NaN,
    window: new Float64Array(WINDOW_POINTS),
  };
}

function scoreOf(
  state: RunningMedianState,
  { timeSeconds, value }: Sample,
  centre: number,
  { threshold, baseline }: ScoringContext,
): Score {
  const residuals = state.window.subarray(0, Math.min(state.count, WINDOW_POINTS));
  const median = quantile(residuals, 0.5);
  const mad = quantile(
    residuals.map((residual) => Math.abs(residual - median)),
    0.5,
  );
  const usual = centre + median;
  // A constant series has no spread: rounding alone must not become an anomaly.
  const spread = DEVIATIONS_PER_MAD * mad + 1e-9 * (Math.abs(usual) + 1);
  const deviation = Math.abs(value - usual);
  const surprise = normalSurprise(deviation / spread);
  const pointsPerWeek = Math.log10(SECONDS_PER_WEEK / state.stepSeconds);
  const score = Math.max(LEAST_SCORE, surprise - pointsPerWeek);
  const halfWidth = normalQuantile(threshold + pointsPerWeek) * spread;
  const ageSeconds = timeSeconds - state.firstSeconds;
  return {
    score,
    spikeScore: score,
    confidence: Math.min(1, ageSeconds / FULL_CONFIDENCE_SECONDS),
    band: { expected: usual, lower: usual - halfWidth, upper: usual + halfWidth },
    evidence: {
      channel: 'fast',
      surprise,
      direction: value < usual ? -1 : 1,
      observed: value,
      usual,
      deviation,
      level: usual,
      spread,
      hasTimeOfDay: baseline !== undefined,
      points: 1,
      ageSeconds,
    },
  };
}
