import { emptyHistograms, type LogHistograms } from './log-histogram.ts';
import type { StepConstants } from './step-constants.ts';

/** Points of the level's window; 6 to 40 were tried. */
export const WINDOW_POINTS = 10;
/** One epoch of the remembered extremes; 3 to 28 days were equal. */
export const EPOCH_SECONDS = 7 * 86_400;
/** With the epoch that runs, "the highest for three to four weeks". */
export const EPOCHS = 4;
/** What is remembered of the two bounds of the band: three numbers each. */
export const BOUND_NUMBERS = 6;

/**
 * What the scorer remembers of one series. "Adjusted" is a value less the seasonal part at its time.
 */
export interface RarityState {
  readonly constants: StepConstants;
  /** Samples learnt. */
  count: number;
  /** Samples that its siblings' habits count for; 0 for a series that began alone. */
  borrowed: number;
  firstSeconds: number;
  lastSeconds: number;
  /** The last sample's value; NaN after a re-seed. */
  lastValue: number;
  /** The last sample's adjusted value. */
  lastAdjusted: number;
  /** The seasonal part at the last sample: what a new table is measured against. */
  lastSeasonal: number;
  hasSeasonal: boolean;
  /** Exponential average of the adjusted values over about three points: the next one's expectation. */
  fastLevel: number;
  /** Mean and variance of the adjusted values over 14 days. */
  mean: number;
  variance: number;
  /** Mean absolute distance from the fast level, from the sample before, and from the long mean. */
  innovationScale: number;
  differenceScale: number;
  deviationScale: number;
  /** The largest innovation of the last points, in usual ones, and its age in points. */
  recentJump: number;
  recentJumpAge: number;
  /** Decayed count of samples that differed from the one before. */
  changes: number;
  /** Samples in a row that equalled the one before them. */
  run: number;
  /** The newest adjusted values, at most WINDOW_POINTS; `windowNext` is where the next one goes. */
  readonly window: Float64Array;
  windowLength: number;
  windowNext: number;
  /** Week number since 1970 of the running epoch, and the extremes of it and of those before it, newest first. */
  epoch: number;
  readonly highest: Float64Array;
  readonly lowest: Float64Array;
  readonly histograms: LogHistograms;
  /**
   * Where the band's bounds were, as the beginning of the next search, upper first: an adjusted value, and the shares of the fast
   * level and of the last adjusted value that are to be added; NaN while unknown.
   */
  readonly bounds: Float64Array;
}

/** The arrays of a state: its own, or views of columns that many states share. */
export type StateArrays = Pick<RarityState, 'window' | 'highest' | 'lowest' | 'histograms' | 'bounds'>;

function emptyArrays(): StateArrays {
  return {
    window: new Float64Array(WINDOW_POINTS),
    highest: new Float64Array(EPOCHS).fill(-Infinity),
    lowest: new Float64Array(EPOCHS).fill(Infinity),
    histograms: emptyHistograms(),
    bounds: new Float64Array(BOUND_NUMBERS).fill(Number.NaN),
  };
}

/** The memory of a series of which nothing has been seen. */
export function emptyState(constants: StepConstants, arrays: StateArrays = emptyArrays()): RarityState {
  return {
    constants,
    count: 0,
    borrowed: 0,
    firstSeconds: 0,
    lastSeconds: -Infinity,
    lastValue: Number.NaN,
    lastAdjusted: 0,
    lastSeasonal: 0,
    hasSeasonal: false,
    fastLevel: 0,
    mean: 0,
    variance: 0,
    innovationScale: 0,
    differenceScale: 0,
    deviationScale: 0,
    recentJump: 0,
    recentJumpAge: 0,
    changes: 0,
    run: 0,
    window: arrays.window,
    windowLength: 0,
    windowNext: 0,
    epoch: 0,
    highest: arrays.highest,
    lowest: arrays.lowest,
    histograms: arrays.histograms,
    bounds: arrays.bounds,
  };
}

/** Begins with a series' first sample. */
export function seed(
  state: RarityState,
  timeSeconds: number,
  value: number,
  adjusted: number,
  hasSeasonal: boolean,
): void {
  state.firstSeconds = timeSeconds;
  state.fastLevel = adjusted;
  state.mean = adjusted;
  state.lastAdjusted = adjusted;
  state.lastValue = value;
  state.epoch = Math.floor(timeSeconds / EPOCH_SECONDS);
  state.hasSeasonal = hasSeasonal;
}

/** After a gap, or when the seasonal part comes or goes: the fast memory starts over, the long one stays. */
export function reseed(state: RarityState, adjusted: number, hasSeasonal: boolean): void {
  state.fastLevel = adjusted;
  state.lastAdjusted = adjusted;
  state.windowLength = 0;
  state.windowNext = 0;
  state.recentJump = 0;
  state.run = 0;
  state.lastValue = Number.NaN;
  state.hasSeasonal = hasSeasonal;
}

/** Remembers the newest adjusted value in the level's window. */
export function pushWindow(state: RarityState, adjusted: number): void {
  state.window[state.windowNext] = adjusted;
  state.windowNext = (state.windowNext + 1) % WINDOW_POINTS;
  if (state.windowLength < WINDOW_POINTS) state.windowLength += 1;
}
