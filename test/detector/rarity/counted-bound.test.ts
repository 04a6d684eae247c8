import { describe, expect, it } from 'vitest';
import { boundedRate, countedRunRate, independentRate } from '../../../lib/detector/rarity/counted-bound.ts';
import {
  beginLearning,
  emptyHistograms,
  HISTOGRAMS,
  learnBin,
} from '../../../lib/detector/rarity/log-histogram.ts';
import { stepConstants } from '../../../lib/detector/rarity/step-constants.ts';

const POINTS = 5000;

/** A history of points of which some ended stuck runs of a length. */
function historyOf(runs: number, length: number) {
  const histograms = emptyHistograms();
  for (let point = 0; point < POINTS; point += 1) {
    beginLearning(histograms, 1e-9, 1);
    learnBin(histograms, HISTOGRAMS.flat, point < runs ? length : 0, 1);
  }
  return histograms;
}

describe('a rate bounded by what was counted', () => {
  it('stays where the count supports it, and loses of the rest what points are independent', () => {
    expect(boundedRate(0.5, 0.8, 1)).toBe(0.5);
    expect([0, 0.5, 1].map((independence) => boundedRate(1.5, 0.5, independence))).toEqual([1.5, 1, 0.5]);
  });

  it('is, for independent points, the points in a week at that surprise', () => {
    expect(independentRate(4, stepConstants(60))).toBeCloseTo(4 - Math.log10(10_080), 12);
    expect(independentRate(4, stepConstants(300))).toBeCloseTo(4 - Math.log10(2016), 12);
  });

  it('of a stuck run is how often such runs came: five in half a week are ten a week', () => {
    const rate = countedRunRate(historyOf(5, 6), HISTOGRAMS.flat, 6, stepConstants(60));
    expect(rate).toBeCloseTo(-Math.log10((10_080 * 5) / (POINTS + 1)), 4);
  });

  it('of a longer stuck run than any is not bounded', () => {
    expect(countedRunRate(historyOf(5, 6), HISTOGRAMS.flat, 60, stepConstants(60))).toBe(Infinity);
    expect(countedRunRate(historyOf(0, 6), HISTOGRAMS.flat, 6, stepConstants(60))).toBe(Infinity);
  });
});
