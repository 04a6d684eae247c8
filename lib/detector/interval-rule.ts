import type { Detector } from './detector.ts';
import {
  confidenceAt,
  decodeIntervals,
  encodeIntervals,
  type IntervalState,
  startInterval,
  takeIn,
} from './interval-state.ts';

const NAME = 'interval-rule';
/** The plain rule knows two answers: above every threshold, and below every one. */
const OUTSIDE_SCORE = 9;
const INSIDE_SCORE = -9;
/** The baseline's band holds 99% of what is normal: one of 100 points lies outside. */
const OUTSIDE_SURPRISE = 2;
/** Half-width of the 99% band in standard deviations. */
const BAND_DEVIATIONS = 2.5758;

/**
 * The plain rule: what lies outside the model's interval is an anomaly, whatever the user's budget, and every one is an
 * alert. What a forecast in a cron job does, to be compared with.
 */
export const intervalRule: Detector<IntervalState> = {
  name: NAME,
  alerting: 'plain',
  start: startInterval,

  step(state, sample, { baseline }) {
    if (!takeIn(state, sample) || baseline === undefined) return undefined;
    const { timeSeconds, value } = sample;
    const { expected, lower, upper } = baseline;
    const isOutside = value < lower || value > upper;
    const score = isOutside ? OUTSIDE_SCORE : INSIDE_SCORE;
    const ageSeconds = timeSeconds - state.firstSeconds;
    return {
      score,
      spikeScore: score,
      confidence: confidenceAt(ageSeconds),
      band: { expected, lower, upper },
      evidence: {
        channel: 'deviation',
        surprise: isOutside ? OUTSIDE_SURPRISE : 0,
        direction: value < expected ? -1 : 1,
        observed: value,
        usual: expected,
        deviation: Math.abs(value - expected),
        level: expected,
        spread: (upper - lower) / (2 * BAND_DEVIATIONS),
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
