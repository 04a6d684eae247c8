import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidStepError } from '../../lib/series/errors.ts';
import { type Aggregation, resample } from '../../lib/series/resampling.ts';
import { inferStepSeconds } from '../../lib/series/step.ts';

const samples = {
  timesSeconds: Float64Array.of(3, 10, 14, 19, 20, 55),
  values: Float64Array.of(1, 4, 2, 9, 7, 5),
};

describe('resample', () => {
  it.each<[Aggregation, readonly number[]]>([
    ['mean', [1, 5, 7, 5]],
    ['median', [1, 4, 7, 5]],
    ['minimum', [1, 2, 7, 5]],
    ['maximum', [1, 9, 7, 5]],
    ['sum', [1, 15, 7, 5]],
    ['first', [1, 4, 7, 5]],
    ['last', [1, 9, 7, 5]],
    ['count', [1, 3, 1, 1]],
  ])('makes one value of each bucket by %s, on a grid that starts at the epoch', (aggregation, values) => {
    const grid = resample(samples, 10, aggregation);
    expect([...grid.timesSeconds]).toEqual([0, 10, 20, 50]);
    expect([...grid.values]).toEqual(values);
  });

  it('leaves an empty bucket absent and a series on the grid as it is', () => {
    const grid = resample(samples, 10);
    expect(resample(grid, 10)).toEqual(grid);
  });

  it('keeps the sum of all values whatever the step', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 })),
        fc.integer({ min: 1, max: 500 }),
        (times, step) => {
          const timesSeconds = Float64Array.from([...new Set(times)].sort((a, b) => a - b));
          const { values } = resample({ timesSeconds, values: timesSeconds }, step, 'sum');
          expect(values.reduce((a, b) => a + b, 0)).toBe(timesSeconds.reduce((a, b) => a + b, 0));
        },
      ),
    );
  });

  it('gives overlapping histories the same buckets', () => {
    const late = { timesSeconds: samples.timesSeconds.slice(1), values: samples.values.slice(1) };
    expect([...resample(late, 10).values]).toEqual([5, 7, 5]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a step of %s', (step) => {
    expect(() => resample(samples, step)).toThrow(InvalidStepError);
  });
});

describe('inferStepSeconds', () => {
  it('is the step that most samples keep, gaps and jitter aside', () => {
    expect(inferStepSeconds(Float64Array.of(0, 60, 120, 600, 660, 720, 721, 780))).toBe(60);
  });

  it('is NaN for a single sample', () => {
    expect(inferStepSeconds(Float64Array.of(5))).toBeNaN();
  });
});
