import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BINS,
  beginLearning,
  binPosition,
  emptyHistograms,
  HISTOGRAMS,
  learnBin,
  STRIDE,
} from '../../../lib/detector/rarity/log-histogram.ts';
import { surprise } from '../../../lib/detector/rarity/surprise.ts';
import { emptyLine, surpriseOnLine, takeLine } from '../../../lib/detector/rarity/tail-line.ts';
import { uniformAt } from '../../../lib/series/seeded-noise.ts';

const { level } = HISTOGRAMS;
const sizes = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 300 });

/** A histogram of sizes, each learnt with its own weight. */
function learnt(zs: readonly number[], forgetting: number, weight = 1) {
  const histograms = emptyHistograms();
  for (const z of zs) {
    beginLearning(histograms, forgetting, weight);
    learnBin(histograms, level, z, weight);
  }
  return histograms;
}

/** Pareto sizes with tail index 2: the share beyond z is z^-2. */
const paretoSizes = (count: number) =>
  Array.from({ length: count }, (_, index) => (1 - uniformAt(5, index)) ** -0.5);

describe('the decayed log-histogram', () => {
  it('is the same as one whose every bin is multiplied at every point', () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(0.0005, 0.01, 0.2), (zs, forgetting) => {
        const histograms = learnt(zs, forgetting);
        const naive = new Float64Array(BINS);
        let weight = 0;
        for (const z of zs) {
          for (let bin = 0; bin < BINS; bin += 1) naive[bin]! *= 1 - forgetting;
          naive[Math.floor(binPosition(z))]! += 1;
          weight = weight * (1 - forgetting) + 1;
        }
        expect(histograms.weight * histograms.decay).toBeCloseTo(weight, 9);
        let above = 0;
        for (let bin = BINS - 1; bin >= 0; bin -= 1) {
          above += naive[bin]!;
          expect(histograms.survival[level * STRIDE + bin]! * histograms.decay).toBeCloseTo(above, 9);
        }
      }),
    );
  });

  it('keeps its numbers in range however long it learns', () => {
    const histograms = learnt(
      Array.from({ length: 20_000 }, () => 1),
      0.05,
    );
    expect(histograms.decay).toBeGreaterThan(1e-7);
    expect(histograms.weight * histograms.decay).toBeCloseTo(20, 6);
  });

  it('knows the highest bin that it ever learnt', () => {
    fc.assert(
      fc.property(sizes, (zs) => {
        const { survival, tops } = learnt(zs, 0.01);
        const top = tops[level]!;
        expect(survival[level * STRIDE + top]).toBeGreaterThan(0);
        expect(survival[level * STRIDE + top + 1]).toBe(0);
      }),
    );
  });

  it('has two bins an octave', () => {
    expect(binPosition(2 ** -4)).toBeCloseTo(0, 9);
    expect(binPosition(1)).toBeCloseTo(8, 9);
    expect(binPosition(2)).toBeCloseTo(10, 9);
    expect(binPosition(0)).toBe(0);
    expect(Math.floor(binPosition(1e30))).toBe(BINS - 1);
    expect(Math.floor(binPosition(Infinity))).toBe(BINS - 1);
  });
});

describe('the surprise', () => {
  it('is that of a Laplace distribution while nothing is known', () => {
    const empty = emptyHistograms();
    expect(surprise(empty, level, 5, 1)).toBeCloseTo(5 * Math.LOG10E, 9);
    expect(surprise(empty, level, 1e6, 1)).toBe(12);
  });

  it('counts in the bulk: a size that a tenth of the history exceeded is surprising by one decade', () => {
    const histograms = learnt(paretoSizes(20_000), 0);
    expect(surprise(histograms, level, Math.sqrt(10), 1)).toBeCloseTo(1, 1);
    expect(surprise(histograms, level, Math.sqrt(10), 2)).toBeCloseTo(1 - Math.log10(2), 1);
  });

  it('extrapolates a power law beyond what was ever seen, erring on the side of too common', () => {
    const histograms = learnt(paretoSizes(5000), 0);
    // One of ten million lies beyond: no count of 5,000 points could say so.
    const claimed = surprise(histograms, level, 10 ** 3.5, 1);
    expect(claimed).toBeGreaterThan(5.5);
    expect(claimed).toBeLessThan(7);
  });

  it('is never negative, never above twelve, and grows with the size but for the seam of bulk and tail', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1e6, noNaN: true }), (zs, z) => {
        const histograms = learnt(zs, 0.001);
        const at = (size: number) => surprise(histograms, level, size, 2);
        expect(at(z)).toBeGreaterThanOrEqual(0);
        expect(at(z)).toBeLessThanOrEqual(12);
        expect(at(z * 4)).toBeGreaterThanOrEqual(at(z) - 0.35);
      }),
    );
  });

  it('is the same by the line of its tail', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1e6, noNaN: true }), (zs, z) => {
        const histograms = learnt(zs, 0.001);
        const line = emptyLine();
        takeLine(line, histograms, level, 1);
        expect(surpriseOnLine(line, histograms, z)).toBeCloseTo(surprise(histograms, level, z, 1), 9);
      }),
    );
  });
});
