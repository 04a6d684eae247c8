import { describe, expect, it } from 'vitest';
import { samplesAtSteps } from '../../../lib/sources/prometheus/steps-of-samples.ts';

const asked = { startSeconds: 600, endSeconds: 780, stepSeconds: 60 };
const read = (...pairs: readonly (readonly [number, number])[]) => {
  const given = {
    timesSeconds: Float64Array.from(pairs, ([time]) => time),
    values: Float64Array.from(pairs, ([, value]) => value),
  };
  const { samples, outside } = samplesAtSteps(given, asked);
  return { pairs: [...samples.timesSeconds].map((time, index) => [time, samples.values[index]]), outside };
};

describe('samples of an answer', () => {
  it('are taken as they are when they stand at the steps', () => {
    expect(read([600, 1], [720, 3])).toEqual({
      pairs: [
        [600, 1],
        [720, 3],
      ],
      outside: 0,
    });
  });

  it('beside the steps are taken to the next one, and of several in a step the newest counts', () => {
    expect(read([595, 1], [610, 2], [650, 3], [700, 4])).toEqual({
      pairs: [
        [600, 1],
        [660, 3],
        [720, 4],
      ],
      outside: 0,
    });
  });

  it('in any order, and repeated, are one a step', () => {
    expect(read([720, 3], [600, 1], [600, 1], [720, 3])).toEqual({
      pairs: [
        [600, 1],
        [720, 3],
      ],
      outside: 0,
    });
  });

  it('outside of the steps that were asked for are counted and not kept', () => {
    expect(read([480, 9], [660, 2], [781, 9], [1e300, 9], [Number.NaN, 9])).toEqual({
      pairs: [[660, 2]],
      outside: 4,
    });
  });
});
