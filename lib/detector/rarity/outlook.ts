import { whitenessOf } from './noise-class.ts';
import { type RarityState, WINDOW_POINTS } from './state.ts';

/**
 * What the memory says of a sample before its value is looked at: the scales that turn the value into distances. One
 * of them is reused for every sample, so that scoring allocates nothing.
 */
export interface Outlook {
  /** The seasonal part at the sample's time; 0 without one. */
  seasonal: number;
  /** The usual spread of the adjusted values over 14 days; > 0. */
  spread: number;
  /** The usual size of an innovation and of a difference; > 0. */
  innovationScale: number;
  differenceScale: number;
  /** The extremes of the last three to four weeks; infinite while none is known. */
  highest: number;
  lowest: number;
  /** Sum of the adjusted values that share the level's window with the sample. */
  windowSum: number;
  /** Length of the level's window with the sample in it. */
  windowLength: number;
  /** Subtracted from the rates of fast, level and deviation. */
  noisePenalty: number;
  /** 0 to 1: how much points are chances of their own, and bounded by what was counted. */
  independence: number;
  /** The largest jump of the last points, without the one to the sample. */
  recentJump: number;
}

export function emptyOutlook(): Outlook {
  return {
    seasonal: 0,
    spread: 1,
    innovationScale: 1,
    differenceScale: 1,
    highest: -Infinity,
    lowest: Infinity,
    windowSum: 0,
    windowLength: 1,
    noisePenalty: 0,
    independence: 0,
    recentJump: 0,
  };
}

/** Fills the outlook from the memory before the sample. */
export function lookAhead(outlook: Outlook, state: RarityState, seasonal: number): void {
  // The floors keep a constant series from dividing by zero and are far below any real series' scale.
  const spread = Math.sqrt(state.variance) + 1e-9 * (Math.abs(state.mean) + 1);
  const floor = 1e-3 * spread + 1e-12;
  outlook.seasonal = seasonal;
  outlook.spread = spread;
  outlook.innovationScale = state.innovationScale + floor;
  outlook.differenceScale = state.differenceScale + floor;
  const { rules, noisePenalty } = state.constants;
  const whiteness = noisePenalty === 0 ? 0 : whitenessOf(state.innovationScale, state.deviationScale + floor);
  outlook.noisePenalty = whiteness * noisePenalty;
  // The square, so that only what is clearly noise is bounded.
  outlook.independence = rules.boundsByCount ? whiteness * whiteness : 0;
  outlook.recentJump = state.recentJumpAge < rules.jumpMemoryPoints ? state.recentJump : 0;
  outlook.highest = greatest(state.highest);
  outlook.lowest = -greatest(state.lowest, -1);
  sumWindow(outlook, state);
}

function greatest(extremes: Float64Array, sign = 1): number {
  let result = -Infinity;
  for (let index = 0; index < extremes.length; index += 1) {
    const extreme = sign * extremes[index]!;
    if (extreme > result) result = extreme;
  }
  return result;
}

/** The window as it will be with the sample: a full one has lost its oldest value. */
function sumWindow(outlook: Outlook, state: RarityState): void {
  const { window, windowLength, windowNext } = state;
  let sum = 0;
  for (let index = 0; index < windowLength; index += 1) sum += window[index]!;
  const isFull = windowLength === WINDOW_POINTS;
  outlook.windowSum = isFull ? sum - window[windowNext]! : sum;
  outlook.windowLength = isFull ? WINDOW_POINTS : windowLength + 1;
}
