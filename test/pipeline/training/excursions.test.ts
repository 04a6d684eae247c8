import { describe, expect, it } from 'vitest';
import { findExcursions } from '../../../lib/pipeline/training/excursions.ts';

const HOUR = 3600;
const count = 10 * 24;
const timesSeconds = Float64Array.from({ length: count }, (_, index) => index * HOUR);
const forecast = {
  expected: new Float64Array(count).fill(50),
  lower: new Float64Array(count).fill(48),
  upper: new Float64Array(count).fill(52),
  seasonal: new Float64Array(count),
};

/** A history of 50 that stands at `value` in the hours given, the last one excluded. */
function historyWith(value: number, ...stretches: readonly (readonly [from: number, to: number])[]) {
  const values = new Float64Array(count).fill(50);
  for (const [from, to] of stretches) values.fill(value, from, to);
  return { timesSeconds, values };
}

const found = (...input: Parameters<typeof historyWith>) => findExcursions(historyWith(...input), forecast);

describe('the excursions of a history', () => {
  it('are what lies more than three half-widths off, with half an hour around it', () => {
    expect(found(56.1, [100, 106])).toEqual([{ startSeconds: 99.5 * HOUR, endSeconds: 105.5 * HOUR }]);
    expect(found(43.9, [100, 106])).toHaveLength(1);
    expect(found(56, [100, 106])).toEqual([]);
  });

  it('are not what is going on still, for it may stay', () => {
    expect(found(90, [230, 240])).toEqual([]);
    expect(found(90, [230, 238])).toHaveLength(1);
  });

  it('are not what lasts longer than a day and a half, which is the new normal', () => {
    expect(found(90, [100, 137])).toHaveLength(1);
    expect(found(90, [100, 138])).toEqual([]);
  });

  it('are not what comes again and again, which is a habit', () => {
    expect(found(90, [20, 22], [50, 52], [80, 82])).toHaveLength(3);
    expect(found(90, [20, 22], [50, 52], [80, 82], [110, 112])).toEqual([]);
  });

  it('are not there in a history as expected, or in none', () => {
    expect(found(50, [0, 0])).toEqual([]);
    const nothing = { timesSeconds: new Float64Array(0), values: new Float64Array(0) };
    expect(findExcursions(nothing, forecast)).toEqual([]);
  });
});
