import type { Detector } from './detector.ts';
import {
  confidenceAt,
  decodeIntervals,
  encodeIntervals,
  type IntervalState,
  startInterval,
  takeIn,
} from './interval-state.ts';
import { normalQuantile, normalSurprise } from './normal-tail.ts';

const NAME = 'interval-ratio';
/** The baseline's band holds 99% of what is normal: its half-width in standard deviations. */
const BAND_DEVIATIONS = 2.5758;
const SECONDS_PER_WEEK = 604_800;
const LEAST_SCORE = -9;

/**
 * How far the value lies from the model's forecast, in half-widths of its 99% band on that side: the normal tail
 * probability of that ratio times the points in a week, with the alert policy. What the model alone is worth, to be
 * compared with.
 */
export const intervalRatio: Detector<IntervalState> = {
  name: NAME,
  alerting: 'policy',
  start: startInterval,

  step(state, sample, { baseline, threshold }) {
    if (!takeIn(state, sample) || baseline === undefined) return undefined;
    const { timeSeconds, value } = sample;
    const { expected, lower, upper } = baseline;
    const distance = value - expected;
    // A band of no width belongs to a constant series; the floor is far below any real one's.
    const floor = 1e-9 * (Math.abs(expected) + 1);
    const below = (expected - lower + floor) / BAND_DEVIATIONS;
    const above = (upper - expected + floor) / BAND_DEVIATIONS;
    const spread = distance < 0 ? below : above;
    const surprise = normalSurprise(Math.abs(distance) / spread);
    const pointsPerWeek = Math.log10(SECONDS_PER_WEEK / state.stepSeconds);
    const score = Math.max(LEAST_SCORE, surprise - pointsPerWeek);
    const limit = normalQuantile(threshold + pointsPerWeek);
    const ageSeconds = timeSeconds - state.firstSeconds;
    return {
      score,
      spikeScore: score,
      confidence: confidenceAt(ageSeconds),
      band: { expected, lower: expected - limit * below, upper: expected + limit * above },
      evidence: {
        channel: 'deviation',
        surprise,
        direction: distance < 0 ? -1 : 1,
        observed: value,
        usual: expected,
        deviation: Math.abs(distance),
        level: expected,
        spread,
        hasTimeOfDay: true,
        points: 1,
        ageSeconds,
      },
    };
  },

  // Every sample is judged by the model of its time alone: nothing is held relative to an older one.
  adoptBaseline() {},
  encode: encodeIntervals,
  decode: (encoded) => decodeIntervals(NAME, encoded),
};
