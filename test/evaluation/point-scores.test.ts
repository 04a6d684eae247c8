import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedPrecision } from '../../lib/evaluation/expected-precision.ts';
import { countPoints, pointScores, sumPoints } from '../../lib/evaluation/point-scores.ts';
import { uniformAt } from '../../lib/series/seeded-noise.ts';

const labels = [0, 1, 1, 0, 0, 0, 1, 0, 0, 0];

describe('countPoints and pointScores', () => {
  it('give what one counts by hand', () => {
    // Called: 1, 2, 3. Of them 1 and 2 are labelled; 6 is missed.
    const counts = countPoints([0, 1, 1, 1, 0, 0, 0, 0, 0, 0], labels);
    expect(counts).toEqual({ truePositives: 2, falsePositives: 1, falseNegatives: 1 });
    expect(pointScores(counts)).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 4 / 6 });
    expect(countPoints([0, 1, 1, 1, 0, 0, 0, 0, 0, 0], labels, 2)).toEqual({
      truePositives: 1,
      falsePositives: 1,
      falseNegatives: 1,
    });
    expect(sumPoints([counts, counts])).toEqual({ truePositives: 4, falsePositives: 2, falseNegatives: 2 });
  });

  it('give silence no recall and no precision to speak of', () => {
    expect(pointScores(countPoints(new Uint8Array(10), labels))).toEqual({
      precision: null,
      recall: 0,
      f1: 0,
    });
  });

  it('give the oracle 1, and one that always fires the prevalence as precision', () => {
    const flags = fc
      .array(fc.boolean(), { minLength: 1, maxLength: 100 })
      .filter((truth) => truth.includes(true));
    fc.assert(
      fc.property(flags, (truth) => {
        const marks = truth.map(Number);
        const prevalence = marks.filter(Boolean).length / marks.length;
        expect(pointScores(countPoints(marks, marks))).toEqual({ precision: 1, recall: 1, f1: 1 });
        const always = pointScores(countPoints(new Uint8Array(marks.length).fill(1), marks));
        expect(always.precision).toBeCloseTo(prevalence, 12);
        expect(always.recall).toBe(1);
        expect(always.f1).toBeCloseTo((2 * prevalence) / (1 + prevalence), 12);
      }),
    );
  });

  it('give chance its own rate as recall, and the prevalence as precision', () => {
    const points = 200_000;
    const chance = Uint8Array.from({ length: points }, (_, index) => (uniformAt(1, index) < 0.3 ? 1 : 0));
    const truth = Uint8Array.from({ length: points }, (_, index) => (uniformAt(2, index) < 0.1 ? 1 : 0));
    const { precision, recall } = pointScores(countPoints(chance, truth));
    // Four standard errors: 4 x sqrt(.3 x .7 / 20,000) = .013 and 4 x sqrt(.1 x .9 / 60,000) = .005.
    expect(Math.abs(recall! - 0.3)).toBeLessThan(0.013);
    expect(Math.abs(precision! - 0.1)).toBeLessThan(0.005);
  });
});

describe('expectedPrecision', () => {
  it('weighs what is found against what is false at a rate of incidents', () => {
    // Of 2 incidents a week 1.6 are found, beside 0.4 false alerts: 1.6 of 2 alerts are real.
    expect(expectedPrecision(0.8, 0.4, 2)).toBeCloseTo(0.8, 12);
    expect(expectedPrecision(0.8, 0, 2)).toBe(1);
    expect(expectedPrecision(0, 3, 2)).toBe(0);
    expect(expectedPrecision(0, 0, 1)).toBeNull();
  });
});
