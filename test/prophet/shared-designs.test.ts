import { describe, expect, it } from 'vitest';
import { fitProphet } from '../../lib/prophet/fit.ts';
import { defaultProphetOptions } from '../../lib/prophet/options.ts';
import { type SharedDesign, SharedDesigns } from '../../lib/prophet/shared-designs.ts';
import { SharedTimes } from '../../lib/prophet/shared-times.ts';
import { syntheticSeries } from './synthetic.ts';

const times = (first: number) => Float64Array.of(first, first + 60, first + 120);

/** A design of which only what decides about its remembering matters. */
function design({ hasGram = true, conditions = 0, regressors = 0 } = {}): SharedDesign {
  const named = (count: number) => new Map(Array.from({ length: count }, (_, index) => [String(index), []]));
  return {
    task: { conditions: named(conditions), regressors: named(regressors) },
    fit: { gram: hasGram ? new Float64Array(1) : undefined },
    clock: undefined,
    order: new Int32Array(3),
  } as unknown as SharedDesign;
}

describe('designs that fits share', () => {
  it('are found by equal times and options', () => {
    const designs = new SharedDesigns();
    const one = design();
    designs.remember(defaultProphetOptions, times(0), one);
    expect(designs.find({ ...defaultProphetOptions }, times(0))).toBe(one);
    expect(designs.find(defaultProphetOptions, times(1))).toBeUndefined();
    expect(designs.find(defaultProphetOptions, times(0).subarray(0, 2))).toBeUndefined();
    expect(designs.find(defaultProphetOptions, Float64Array.of(0, 60, 120, 180))).toBeUndefined();
    expect(designs.find({ ...defaultProphetOptions, daily: 2 }, times(0))).toBeUndefined();
  });

  it('are not remembered when they depend on more than the times', () => {
    const designs = new SharedDesigns();
    for (const other of [design({ hasGram: false }), design({ conditions: 1 }), design({ regressors: 1 })])
      designs.remember(defaultProphetOptions, times(0), other);
    expect(designs.find(defaultProphetOptions, times(0))).toBeUndefined();
  });

  it('are eight at most: the first of those that were used least gives way', () => {
    const designs = new SharedDesigns();
    const all = Array.from({ length: 10 }, () => design());
    const found = () =>
      all.flatMap((one, index) => (designs.find(defaultProphetOptions, times(index)) === one ? [index] : []));
    all.slice(0, 8).forEach((one, index) => {
      designs.remember(defaultProphetOptions, times(index), one);
    });
    for (const index of [0, 1, 3, 4, 5, 6, 7]) designs.find(defaultProphetOptions, times(index));
    designs.remember(defaultProphetOptions, times(8), all[8]!);
    expect(found()).toEqual([0, 1, 3, 4, 5, 6, 7, 8]);
    // Now the newest was asked for least often.
    designs.remember(defaultProphetOptions, times(9), all[9]!);
    expect(found()).toEqual([0, 1, 3, 4, 5, 6, 7, 9]);
  });

  it('leave a fit the same to the bit', async () => {
    const history = syntheticSeries({ days: 3, stepSeconds: 3600 });
    const other = { ...history, values: history.values.map((value, row) => 3 * value + (row % 5)) };
    for (const options of [{ timeZone: 'Europe/Berlin' }, { scaling: 'absMax' as const }]) {
      const designs = new SharedDesigns();
      await fitProphet(history, options, designs);
      expect(await fitProphet(other, options, designs)).toEqual(await fitProphet(other, options));
    }
  });
});

describe('forecast times that models share', () => {
  it('are the same object for equal times, and sixteen at most: the oldest gives way', () => {
    const shared = new SharedTimes();
    const first = shared.of(times(0));
    expect(shared.of(times(0))).toBe(first);
    expect(shared.of(times(0).subarray(0, 2))).not.toBe(first);
    expect(shared.of(times(0))).toBe(first);
    for (let index = 1; index <= 14; index += 1) shared.of(times(index));
    expect(shared.of(times(0))).toBe(first);
    shared.of(times(15));
    expect(shared.of(times(0))).not.toBe(first);
  });
});
