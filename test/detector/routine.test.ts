import { describe, expect, it } from 'vitest';
import { emptyRoutine, isRoutine, rememberExceedance } from '../../lib/detector/routine.ts';

const HOUR = 3600;
const at = (day: number, hour: number) => (19_700 + day) * 24 * HOUR + hour * HOUR + 600;

/** A memory of exceedances at one hour on some days. */
function exceededOn(days: readonly number[], hour: number) {
  const memory = emptyRoutine();
  for (const day of days) rememberExceedance(memory, at(day, hour));
  return memory;
}

describe('a routine', () => {
  it.each([0, 1, 12, 23])(
    'is what came at %i o’clock on two days: at that hour, one before and one after',
    (hour) => {
      const memory = exceededOn([0, 1], hour);
      const hours = [-2, -1, 0, 1, 2].map((offset) => isRoutine(memory, at(2, (hour + offset + 24) % 24)));
      expect(hours).toEqual([false, true, true, true, false]);
    },
  );

  it('is not what came on one day alone, however often that day', () => {
    const memory = exceededOn([0, 0, 0, 0], 5);
    expect(isRoutine(memory, at(1, 5))).toBe(false);
  });

  it('is judged by the days before: what came earlier on the same day does not count', () => {
    expect(isRoutine(exceededOn([0, 1], 5), at(1, 5))).toBe(false);
    expect(isRoutine(exceededOn([0, 1, 2], 5), at(2, 5))).toBe(true);
  });

  it('is forgotten in days without it, the later the more often it had come', () => {
    const twice = exceededOn([0, 1], 5);
    expect([2, 3, 4].map((day) => isRoutine(twice, at(day, 5)))).toEqual([true, false, false]);
    const often = exceededOn([0, 1, 2, 3, 4, 5, 6], 5);
    expect([7, 12, 30].map((day) => isRoutine(often, at(day, 5)))).toEqual([true, true, false]);
  });

  it('is none where nothing ever came', () => {
    expect(isRoutine(emptyRoutine(), at(0, 5))).toBe(false);
  });
});
