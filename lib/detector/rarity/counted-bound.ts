import { log10 } from './decades.ts';
import { type LogHistograms, weightBeyond } from './log-histogram.ts';
import type { StepConstants } from './step-constants.ts';

/** Less than this was never counted: a stuck run of two weeks ago, learnt at a quarter of the weight. */
const LEAST_COUNTED = 0.09;

/**
 * A rate, bounded by how often it happens as far as points are independent chances. Where they are, each rare point is an event of its own, and a
 * surprise of v happens in 10^-v of the points of a week, whatever the rate maps of autocorrelated series say.
 *
 * @param rate decades, as the channel's map gives it.
 * @param counted decades: the score that the frequency supports.
 * @param independence 0 to 1: how much of the excess is taken away.
 */
export function boundedRate(rate: number, counted: number, independence: number): number {
  return rate <= counted ? rate : rate - independence * (rate - counted);
}

/** The score that a surprise supports where each point is a chance of its own. */
export function independentRate(surprise: number, { weekDecades }: StepConstants): number {
  return surprise - weekDecades;
}

/**
 * The score that the counted stuck runs support: a run is learnt once, so that its count is one of events.
 *
 * @returns infinite where no comparable run was counted.
 */
export function countedRunRate(
  histograms: LogHistograms,
  histogram: number,
  run: number,
  { weekDecades }: StepConstants,
): number {
  const beyond = weightBeyond(histograms, histogram, run);
  if (beyond < LEAST_COUNTED) return Infinity;
  return log10((histograms.weight * histograms.decay + 1) / beyond) - weekDecades;
}
