import { describe, expect, it } from 'vitest';
import { bandQuality } from '../../lib/evaluation/band-quality.ts';
import type { ModelInUse } from '../../lib/evaluation/replay.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';

function model(firstRow: number, endRow: number, half: number): ModelInUse {
  const column = (value: number) => new Float64Array(endRow - firstRow).fill(value);
  return {
    firstRow,
    endRow,
    seasonalSkill: 1,
    forecast: { expected: column(0), lower: column(-half), upper: column(half), seasonal: column(0) },
    baselineAt: () => ({ expected: 0, lower: -half, upper: half, seasonal: 0 }),
  };
}
const samplesOf = (...values: number[]) => ({
  timesSeconds: Float64Array.from(values.keys()),
  values: Float64Array.from(values),
});

describe('bandQuality', () => {
  it('gives what one computes by hand', () => {
    // Band -2 to 2 at 90%: quantiles 5%, 50%, 95%. The row of no model does not count.
    const quality = bandQuality(samplesOf(99, 1, 4), [model(1, 3, 2)], 0.9, 0, 3);
    // At 1: .05 x 3, .5 x 1, .05 x 1. At 4: .05 x 6, .5 x 4, .95 x 2. Over 3 quantiles.
    const pinball = (0.15 + 0.5 + 0.05 + 0.3 + 2 + 1.9) / 3;
    // Width 4 each; the second lies 2 outside at a penalty of 2 / .1.
    expect(quality).toEqual({
      samples: 2,
      inside: 1,
      pinball: expect.closeTo(pinball, 12),
      intervalScore: expect.closeTo(4 + 4 + 20 * 2, 12),
    });
  });

  it('counts rows from the first to before the last only', () => {
    expect(bandQuality(samplesOf(0, 0, 0, 0), [model(0, 2, 1), model(2, 4, 1)], 0.9, 1, 3).samples).toBe(2);
  });

  it('gives the true band its promised coverage, and both losses are least there', () => {
    const samples = samplesOf(...Array.from({ length: 20_000 }, (_, index) => normalAt(5, index)));
    const [tight, exact, wide] = [1.2, 1.645, 2.2].map((half) =>
      bandQuality(samples, [model(0, 20_000, half)], 0.9, 0, 20_000),
    );
    expect(Math.abs(exact!.inside / 20_000 - 0.9)).toBeLessThan(0.01);
    for (const field of ['pinball', 'intervalScore'] as const) {
      expect(exact![field]).toBeLessThan(tight![field]);
      expect(exact![field]).toBeLessThan(wide![field]);
    }
  });
});
