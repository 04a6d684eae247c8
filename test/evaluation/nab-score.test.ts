import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NabSeries, nabProfiles, nabScore } from '../../lib/evaluation/nab-score.ts';

/** 20 rows, of which the first 3 are probation; one window of 5 rows, 10 to 14. */
function fileOf(detections: readonly number[], windows = [{ firstIndex: 10, lastIndex: 14 }]): NabSeries {
  const scores = new Float64Array(20);
  for (const row of detections) scores[row] = 1;
  return { scores, windows };
}

const standardOf = (...files: NabSeries[]) => nabScore(files, 1, nabProfiles.standard);

describe('nabScore', () => {
  it('gives 0 to silence and 100 to one detection at the left edge of every window', () => {
    expect(standardOf(fileOf([]))).toEqual({ score: 0, hits: 0, windows: 1, falseAlerts: 0 });
    expect(standardOf(fileOf([10]))).toEqual({ score: 100, hits: 1, windows: 1, falseAlerts: 0 });
  });

  it('rewards a detection by how early in its window it lies', () => {
    // Row 12 is 3 of 5 rows from the right edge: (2/(1+e^-3)-1) / (2/(1+e^-5)-1) = 0.905148254 / 0.986614298.
    expect(standardOf(fileOf([12])).score).toBeCloseTo((100 * (0.917428683 + 1)) / 2, 6);
  });

  it('counts only the earliest detection of a window', () => {
    expect(standardOf(fileOf([12, 13, 14]))).toEqual(standardOf(fileOf([12])));
  });

  it('charges a false alert before any window in full, and less shortly after one', () => {
    expect(standardOf(fileOf([5, 10])).score).toBeCloseTo((100 * (1 - 0.11 + 1)) / 2, 9);
    // Row 16 is 2 rows after a window of 5: position 2/4, 2/(1+e^2.5)-1 = -0.848283640.
    expect(standardOf(fileOf([10, 16])).score).toBeCloseTo((100 * (2 - 0.11 * 0.84828364)) / 2, 6);
  });

  it('charges a false alert more than three window widths later in full again', () => {
    const scores = new Float64Array(40);
    scores[10] = 1;
    scores[39] = 1;
    const far = { scores, windows: [{ firstIndex: 10, lastIndex: 14 }] };
    expect(standardOf(far).score).toBeCloseTo((100 * (2 - 0.11)) / 2, 12);
  });

  it('ignores the probationary rows', () => {
    expect(standardOf(fileOf([0, 1, 2, 10]))).toEqual(standardOf(fileOf([10])));
    expect(standardOf(fileOf([3, 10])).falseAlerts).toBe(1);
  });

  it('limits the probation to 750 rows', () => {
    const scores = new Float64Array(10_000);
    scores[749] = 1;
    scores[750] = 1;
    expect(standardOf({ scores, windows: [] }).falseAlerts).toBe(1);
  });

  it('weighs false alerts twice in the low-FP profile and misses twice in the low-FN profile', () => {
    const files = [fileOf([10, 5]), fileOf([])];
    // Standard: (1 - .11 - 1 + 2) / 4; low FP: (1 - .22 - 1 + 2) / 4; low FN: (1 - .11 - 2 + 4) / 6.
    expect(nabScore(files, 1, nabProfiles.standard).score).toBeCloseTo(47.25, 12);
    expect(nabScore(files, 1, nabProfiles.lowFalsePositive).score).toBeCloseTo(44.5, 12);
    expect(nabScore(files, 1, nabProfiles.lowFalseNegative).score).toBeCloseTo(289 / 6, 12);
  });

  it('leaves a window that lies wholly in the probation out of the count', () => {
    expect(standardOf(fileOf([], [{ firstIndex: 0, lastIndex: 2 }])).windows).toBe(0);
  });

  it('gives silence 100 on files without windows, and 5.5 less for each false alert', () => {
    expect(standardOf(fileOf([], [])).score).toBe(100);
    expect(standardOf(fileOf([4, 9], [])).score).toBeCloseTo(89, 12);
  });

  it('never takes a missing score for a detection', () => {
    const silent = { scores: new Float64Array(20).fill(Number.NaN), windows: [] };
    expect(nabScore([silent], -Infinity, nabProfiles.standard).falseAlerts).toBe(0);
  });

  it('refuses windows that do not fit the file', () => {
    expect(() => standardOf(fileOf([], [{ firstIndex: 18, lastIndex: 25 }]))).toThrow(/18 to 25.*20 rows/);
    const overlapping = [
      { firstIndex: 5, lastIndex: 9 },
      { firstIndex: 9, lastIndex: 12 },
    ];
    expect(() => standardOf(fileOf([], overlapping))).toThrow(/without overlap/);
  });

  it('gives the oracle 100, silence 0 and noise less than the oracle on any corpus', () => {
    const corpus = fc.array(
      fc.record({
        rows: fc.integer({ min: 40, max: 400 }),
        start: fc.double({ min: 0.2, max: 0.6, noNaN: true }),
        width: fc.integer({ min: 2, max: 10 }),
        noise: fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 20 }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(corpus, (files) => {
        const make = (detect: (row: number, first: number, noise: readonly number[]) => boolean) =>
          files.map(({ rows, start, width, noise }) => {
            const firstIndex = Math.floor(rows * start);
            const scores = Float64Array.from({ length: rows }, (_, row) =>
              detect(row, firstIndex, noise) ? 1 : 0,
            );
            return { scores, windows: [{ firstIndex, lastIndex: firstIndex + width - 1 }] };
          });
        for (const profile of Object.values(nabProfiles)) {
          expect(
            nabScore(
              make(() => false),
              1,
              profile,
            ).score,
          ).toBeCloseTo(0, 9);
          expect(
            nabScore(
              make((row, first) => row === first),
              1,
              profile,
            ).score,
          ).toBeCloseTo(100, 9);
          const noisy = make((row, first, noise) => row === first || noise.includes(row / 400));
          expect(nabScore(noisy, 1, profile).score).toBeLessThanOrEqual(100 + 1e-9);
          const always = nabScore(
            make(() => true),
            1,
            profile,
          );
          expect(always.hits).toBe(files.length);
          expect(always.score).toBeLessThan(100);
        }
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});
