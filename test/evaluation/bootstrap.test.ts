import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrap,
  estimateMedian,
  estimateShare,
  estimateWeeklyRate,
} from '../../lib/evaluation/bootstrap.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';

const mean = (units: readonly number[]) => units.reduce((sum, unit) => sum + unit, 0) / units.length;

describe('bootstrap', () => {
  it('gives an interval as wide as the standard error of a mean asks for', () => {
    const units = Array.from({ length: 400 }, (_, index) => normalAt(11, index));
    const { value, low, high } = bootstrap(units, mean, 1);
    // 1.96 standard errors to each side: 1.96 x 1 / sqrt(400) = .098.
    expect(high! - value!).toBeGreaterThan(0.08);
    expect(high! - value!).toBeLessThan(0.12);
    expect(value! - low!).toBeGreaterThan(0.08);
    expect(value! - low!).toBeLessThan(0.12);
  });

  it('covers the truth about as often as it says', () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const units = Array.from({ length: 40 }, (_, index) => normalAt(trial, index));
      const { low, high } = bootstrap(units, mean, trial);
      if (low! <= 0 && high! >= 0) covered += 1;
    }
    // 95% promised; the percentile interval of 40 units is known to be a little narrow.
    expect(covered / 200).toBeGreaterThan(0.88);
    expect(covered / 200).toBeLessThan(0.99);
  });

  it('is the same for the same seed, holds its value, and knows nothing of no units', () => {
    const units = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(units, fc.nat(), (numbers, seed) => {
        const estimate = bootstrap(numbers, mean, seed);
        expect(bootstrap(numbers, mean, seed)).toEqual(estimate);
        expect(estimate.low!).toBeLessThanOrEqual(estimate.value!);
        expect(estimate.high!).toBeGreaterThanOrEqual(estimate.value!);
      }),
      { numRuns: 20 },
    );
    expect(bootstrap([], mean, 1)).toEqual({ value: null, low: null, high: null, units: 0 });
  });
});

describe('estimates by hand', () => {
  it('counts a share, and doubts certainty by the rule of three', () => {
    expect(estimateShare([true, false, true, true], 1)).toMatchObject({ value: 0.75, units: 4 });
    expect(estimateShare(Array(30).fill(true), 1)).toEqual({ value: 1, low: 0.9, high: 1, units: 30 });
    expect(estimateShare(Array(30).fill(false), 1)).toEqual({ value: 0, low: 0, high: 0.1, units: 30 });
    expect(estimateShare([false, false], 1).high).toBe(1);
  });

  it('divides events by weeks, and knows that no event in two weeks is not never', () => {
    const day = (events: number) => ({ events, weeks: 1 / 7 });
    const week = [2, 0, 0, 1, 0, 0, 0].map(day);
    expect(estimateWeeklyRate(week, 1).value).toBeCloseTo(3, 12);
    const silent = estimateWeeklyRate(
      Array.from({ length: 14 }, () => day(0)),
      1,
    );
    expect(silent).toMatchObject({ value: 0, low: 0, high: expect.closeTo(1.5, 12) });
  });

  it('takes the middle of an even number of figures between the two in the middle', () => {
    expect(estimateMedian([9, 1, 3, 5], 1)).toMatchObject({ value: 4, units: 4 });
  });
});
