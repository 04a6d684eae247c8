import { HISTOGRAMS, type LogHistograms, learnBin } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import type { RarityState } from './state.ts';
import { surprise } from './surprise.ts';

/** A shorter window says nothing of a level, except at a series' very beginning, when it is all there is. */
const LEAST_WINDOW = 5;
const BEGINNING_POINTS = 10;

/** The level channel: distance of the last ten points' mean from the 14-day mean, in usual spreads, signed. */
export function levelDistanceOf(state: RarityState, outlook: Outlook, adjusted: number): number {
  if (outlook.windowLength < LEAST_WINDOW && state.count >= BEGINNING_POINTS) return 0;
  return (windowMeanOf(outlook, adjusted) - state.mean) / outlook.spread;
}

/** Mean of the level's window with the sample in it. */
export function windowMeanOf(outlook: Outlook, adjusted: number): number {
  return (outlook.windowSum + adjusted) / outlook.windowLength;
}

export function levelSurprise(histograms: LogHistograms, distance: number): number {
  return surprise(histograms, HISTOGRAMS.level, Math.abs(distance), 1);
}

export function learnLevel(histograms: LogHistograms, distance: number, weight: number): void {
  learnBin(histograms, HISTOGRAMS.level, Math.abs(distance), weight);
}
