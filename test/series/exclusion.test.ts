import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excludeWindows } from '../../lib/series/exclusion.ts';

describe('excluded windows', () => {
  it('take away the samples that lie in any of them, however they overlap, and no others', () => {
    const window = fc
      .tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: 1, max: 30 }))
      .map(([startSeconds, span]) => ({ startSeconds, endSeconds: startSeconds + span }));
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 60 })).map((all) => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(times, fc.array(window, { maxLength: 8 }), (all, windows) => {
        const samples = { timesSeconds: Float64Array.from(all), values: Float64Array.from(all, (t) => -t) };
        const left = all.filter(
          (time) =>
            !windows.some(({ startSeconds, endSeconds }) => time >= startSeconds && time < endSeconds),
        );
        const { timesSeconds, values } = excludeWindows(samples, windows);
        expect([...timesSeconds]).toEqual(left);
        expect([...values]).toEqual(left.map((time) => -time));
      }),
    );
  });
});
