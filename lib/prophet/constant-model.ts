import type { PreparedHistory } from './history.ts';
import type { ProphetModel } from './model.ts';
import { bandTableOf } from './trend-uncertainty.ts';

/** Differences below this fraction of the values' magnitude are rounding. */
const CONSTANT_SHARE = 1e-13;

/**
 * The minimum width of a band as a fraction of the series' scale: metrics have fewer than six significant
 * digits.
 */
export const MINIMUM_SIGMA = 1e-6;

/** Whether a series has only a level to fit. */
export function isConstant({ minimum, maximum }: PreparedHistory): boolean {
  return maximum - minimum <= CONSTANT_SHARE * Math.max(Math.abs(minimum), Math.abs(maximum));
}

/** The model of a constant series: its value, with a narrow band. */
export function constantModel(history: PreparedHistory, completeness: number, level: number): ProphetModel {
  const { timesSeconds } = history.samples;
  const value = history.minimum;
  const noise = { sigma: MINIMUM_SIGMA, changepointRate: 0, slopeChangeScale: 0 };
  return {
    kind: 'prophet',
    growth: 'flat',
    startSeconds: timesSeconds[0]!,
    spanSeconds: timesSeconds.at(-1)! - timesSeconds[0]!,
    floor: value,
    scale: Math.abs(value) || 1,
    slope: 0,
    offset: 0,
    changepoints: new Float64Array(0),
    slopeChanges: new Float64Array(0),
    ...noise,
    capacity: 0,
    seasonalities: [],
    holidays: [],
    regressors: [],
    clock: undefined,
    band: bandTableOf(noise, level),
    quality: {
      samples: timesSeconds.length,
      stepSeconds: history.stepSeconds,
      completeness,
      skill: 0,
      kktResidual: 0,
      method: 'constant',
    },
  };
}
