import { describe, expect, it } from 'vitest';
import { intervalScore } from '../../lib/evaluation/interval-score.ts';
import { pinballLoss } from '../../lib/evaluation/pinball-loss.ts';
import { scoreHoldout } from '../../lib/evaluation/score-holdout.ts';

describe('the interval score', () => {
  it('is the width for what lies inside, its edges included', () => {
    for (const observed of [2, 3, 6]) expect(intervalScore(2, 6, observed, 0.9)).toBe(4);
  });

  it('adds twice the distance over the share outside', () => {
    expect(intervalScore(2, 6, 7, 0.9)).toBeCloseTo(4 + 20 * 1, 12);
    expect(intervalScore(2, 6, 0.5, 0.9)).toBeCloseTo(4 + 20 * 1.5, 12);
    expect(intervalScore(2, 6, 7, 0.5)).toBeCloseTo(4 + 4 * 1, 12);
  });

  it('is the pinball loss of both edges, over half the share outside', () => {
    for (const observed of [-3, 2, 4, 11]) {
      const loss = pinballLoss(2, observed, 0.05) + pinballLoss(6, observed, 0.95);
      expect(intervalScore(2, 6, observed, 0.9)).toBeCloseTo(loss / 0.05, 10);
    }
  });
});

describe('the pinball loss', () => {
  it('costs the probability above the quantile and its complement below', () => {
    expect(pinballLoss(10, 14, 0.9)).toBeCloseTo(3.6, 12);
    expect(pinballLoss(10, 6, 0.9)).toBeCloseTo(0.4, 12);
    expect(pinballLoss(10, 10, 0.9)).toBe(0);
  });
});

describe('the scores of held-out samples', () => {
  it('are those computed by hand', () => {
    const forecast = {
      expected: Float64Array.of(4, 4, 4, 4),
      lower: Float64Array.of(2, 2, 2, 2),
      upper: Float64Array.of(6, 6, 6, 6),
      seasonal: new Float64Array(4),
    };
    const scores = scoreHoldout(forecast, Float64Array.of(4, 6, 7, 1), 0.9);
    expect(scores.samples).toBe(4);
    expect(scores.coverage).toBe(0.5);
    expect(scores.error).toBe((0 + 2 + 3 + 3) / 4);
    expect(scores.intervalScore).toBeCloseTo((4 + 4 + 24 + 24) / 4, 12);
  });
});
