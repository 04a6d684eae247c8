import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onStepGrid } from '../../lib/sources/step-grid.ts';

const samplesOf = (pairs: readonly (readonly [number, number])[]) => ({
  timesSeconds: Float64Array.from(pairs, ([time]) => time),
  values: Float64Array.from(pairs, ([, value]) => value),
});
const grid = { startSeconds: 600, endSeconds: 900, stepSeconds: 60 };

describe('samples on the grid of steps', () => {
  it('belong to the step at which they stand or the next one', () => {
    const placed = onStepGrid(
      samplesOf([
        [600, 1],
        [601, 2],
        [720, 3],
        [839.5, 4],
      ]),
      grid,
    );
    expect([...placed.timesSeconds]).toEqual([600, 660, 720, 840]);
    expect([...placed.values]).toEqual([1, 2, 3, 4]);
  });

  it('are the newest of their step', () => {
    const placed = onStepGrid(
      samplesOf([
        [605, 1],
        [659, 2],
        [660, 3],
        [661, 4],
      ]),
      grid,
    );
    expect([...placed.values]).toEqual([3, 4]);
  });

  it('at or before one step ahead of the first are too old', () => {
    expect([
      ...onStepGrid(
        samplesOf([
          [540, 1],
          [540.1, 2],
        ]),
        grid,
      ).values,
    ]).toEqual([2]);
    expect([
      ...onStepGrid(
        samplesOf([
          [540, 1],
          [901, 2],
        ]),
        grid,
      ).values,
    ]).toEqual([]);
  });

  it('are what a look back from each step finds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1500 })), (times) => {
        const sorted = times.toSorted((one, other) => one - other);
        const placed = onStepGrid(samplesOf(sorted.map((time) => [time, -time])), grid);
        const expected = [600, 660, 720, 780, 840, 900].flatMap((step) => {
          const newest = sorted.findLast((time) => time <= step && time > step - 60);
          return newest === undefined ? [] : [[step, -newest]];
        });
        expect([...placed.timesSeconds].map((time, index) => [time, placed.values[index]])).toEqual(expected);
      }),
    );
  });
});
