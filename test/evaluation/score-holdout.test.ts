import { describe, expect, it } from 'vitest';
import { scoreHoldout } from '../../lib/evaluation/score-holdout.ts';

describe('scoreHoldout', () => {
  it('means the losses over the samples and counts the edges of the band as inside', () => {
    const forecast = {
      expected: Float64Array.of(0, 0, 10, 10),
      lower: Float64Array.of(-1, -1, 8, 8),
      upper: Float64Array.of(1, 1, 14, 14),
      seasonal: new Float64Array(4),
    };
    // Inside on the upper edge, 1 below, on the lower edge, 2 above; at a level of 0.9 a unit outside costs 20.
    const scores = scoreHoldout(forecast, Float64Array.of(1, -2, 8, 16), 0.9);
    expect(scores).toEqual({
      samples: 4,
      coverage: 0.5,
      intervalScore: expect.closeTo((2 + (2 + 20) + 6 + (6 + 40)) / 4, 10),
      error: (1 + 2 + 2 + 6) / 4,
    });
  });
});
