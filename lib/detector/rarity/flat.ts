import { HISTOGRAMS, type LogHistograms, learnBin } from './log-histogram.ts';
import type { RarityState } from './state.ts';
import { surprise } from './surprise.ts';

/** Fewer equal values in a row are no stuck run. */
const LEAST_RUN = 5;
/** A series that (nearly) never changes can't be stuck. */
const LEAST_CHANGES = 50;
/** Values this close, relative to their size, are the same value. */
const SAME = 1e-9;

/**
 * Continues or ends the run of equal values.
 *
 * @returns the length of the run that the value ended; 0 when it ended none worth counting.
 */
export function continueRun(state: RarityState, value: number): number {
  state.changes *= 1 - state.constants.forgetting;
  // After a re-seed the last value is NaN, and nothing equals it.
  if (Math.abs(value - state.lastValue) <= SAME * Math.abs(value)) {
    state.run += 1;
    return 0;
  }
  const ended = state.run;
  state.run = 0;
  state.changes += 1;
  return ended >= LEAST_RUN ? ended : 0;
}

/** The flat channel: the length of the stuck run that the sample belongs to; 0 outside of one. */
export function stuckRunOf(state: RarityState): number {
  return state.run >= LEAST_RUN && state.changes >= LEAST_CHANGES ? state.run : 0;
}

export function flatSurprise(histograms: LogHistograms, run: number): number {
  return run === 0 ? 0 : surprise(histograms, HISTOGRAMS.flat, run, 1);
}

/** A stuck run is counted once, when it ends. */
export function learnFlat(histograms: LogHistograms, endedRun: number, weight: number): void {
  learnBin(histograms, HISTOGRAMS.flat, endedRun, weight);
}
