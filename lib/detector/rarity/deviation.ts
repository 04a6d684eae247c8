import { HISTOGRAMS, type LogHistograms, learnBin } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import type { RarityState } from './state.ts';
import { surprise } from './surprise.ts';

/** The deviation channel: distance of one point from the 14-day level plus season, in usual spreads, signed. */
export function deviationOf(state: RarityState, outlook: Outlook, adjusted: number): number {
  return (adjusted - state.mean) / outlook.spread;
}

export function deviationSurprise(histograms: LogHistograms, deviation: number): number {
  return surprise(histograms, deviationHistogram(deviation), Math.abs(deviation), 2);
}

export function learnDeviation(histograms: LogHistograms, deviation: number, weight: number): void {
  learnBin(histograms, deviationHistogram(deviation), Math.abs(deviation), weight);
}

export function deviationHistogram(deviation: number): number {
  return deviation >= 0 ? HISTOGRAMS.deviationUp : HISTOGRAMS.deviationDown;
}
