import { HISTOGRAMS, type LogHistograms, learnBin } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import { EPOCH_SECONDS, EPOCHS, type RarityState } from './state.ts';
import { surprise } from './surprise.ts';

/** The first points are all records. */
const FIRST_POINTS = 10;

/**
 * The range channel: how far the raw value lies above the highest or below the lowest (negative) of the last three to four
 * weeks, in usual spreads; 0 inside. After a silence of four weeks there is no range to leave.
 */
export function rangeDistanceOf(state: RarityState, outlook: Outlook, value: number): number {
  if (state.count <= FIRST_POINTS) return 0;
  if (value > outlook.highest && outlook.highest > -Infinity)
    return (value - outlook.highest) / outlook.spread;
  if (value < outlook.lowest && outlook.lowest < Infinity) return (value - outlook.lowest) / outlook.spread;
  return 0;
}

export function rangeSurprise(histograms: LogHistograms, distance: number): number {
  return distance === 0 ? 0 : surprise(histograms, HISTOGRAMS.range, Math.abs(distance), 1);
}

/** Every point inside the range is learnt as a zero: how common records are is what makes one rare. */
export function learnRange(histograms: LogHistograms, distance: number, weight: number): void {
  learnBin(histograms, HISTOGRAMS.range, Math.abs(distance), weight);
}

/** Widens the running epoch's extremes; a new epoch pushes the oldest one out. */
export function rememberExtremes(state: RarityState, timeSeconds: number, value: number): void {
  const epoch = Math.floor(timeSeconds / EPOCH_SECONDS);
  if (epoch !== state.epoch) {
    const shift = Math.min(EPOCHS, epoch - state.epoch);
    state.highest.copyWithin(shift, 0).fill(-Infinity, 0, shift);
    state.lowest.copyWithin(shift, 0).fill(Infinity, 0, shift);
    state.epoch = epoch;
  }
  if (value > state.highest[0]!) state.highest[0] = value;
  if (value < state.lowest[0]!) state.lowest[0] = value;
}
