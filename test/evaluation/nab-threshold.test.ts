import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nabProfiles, nabScore } from '../../lib/evaluation/nab-score.ts';
import { bestNabThreshold } from '../../lib/evaluation/nab-threshold.ts';

describe('bestNabThreshold', () => {
  it('finds the threshold that separates the windows from the noise', () => {
    const scores = Float64Array.from({ length: 20 }, (_, row) => (row === 10 ? 0.8 : 0.3));
    const best = bestNabThreshold(
      [{ scores, windows: [{ firstIndex: 10, lastIndex: 14 }] }],
      nabProfiles.standard,
    );
    expect(best).toEqual({ threshold: 0.8, score: 100, hits: 1, windows: 1, falseAlerts: 0 });
  });

  it('chooses silence when every threshold costs more than it gives', () => {
    const scores = Float64Array.from({ length: 200 }, (_, row) => (row === 101 ? 0.1 : 0.9));
    const best = bestNabThreshold(
      [{ scores, windows: [{ firstIndex: 100, lastIndex: 102 }] }],
      nabProfiles.lowFalsePositive,
    );
    expect(best).toMatchObject({ threshold: Infinity, score: 0, hits: 0 });
  });

  it('is never beaten by another threshold, and scores what nabScore does at its own', () => {
    const grid = fc.integer({ min: 0, max: 8 }).map((level) => level / 8);
    fc.assert(
      fc.property(fc.array(grid, { minLength: 40, maxLength: 80 }), (scores) => {
        const corpus = [
          {
            scores,
            windows: [
              { firstIndex: 12, lastIndex: 15 },
              { firstIndex: 25, lastIndex: 30 },
            ],
          },
        ];
        for (const profile of Object.values(nabProfiles)) {
          const { threshold, ...best } = bestNabThreshold(corpus, profile);
          const atBest = nabScore(corpus, threshold, profile);
          expect(atBest).toEqual({ ...best, score: expect.closeTo(best.score, 9) });
          for (let level = 0; level <= 8; level += 1)
            expect(nabScore(corpus, level / 8, profile).score).toBeLessThanOrEqual(best.score + 1e-9);
        }
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});
