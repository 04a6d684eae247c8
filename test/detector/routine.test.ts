import { describe, expect, it } from 'vitest';
import { emptyRoutine, rememberExceedance, routinePenalty } from '../../lib/detector/routine.ts';

const HOUR = 3600;
const at = (day: number, hour: number) => (19_700 + day) * 24 * HOUR + hour * HOUR + 600;
const days = (count: number) => Array.from({ length: count }, (_, day) => day);

/** A memory of exceedances at one hour on some days. */
function exceededOn(onDays: readonly number[], hour: number) {
  const memory = emptyRoutine();
  for (const day of onDays) rememberExceedance(memory, at(day, hour));
  return memory;
}

describe('a routine', () => {
  it.each([0, 1, 12, 23])(
    'is what came at %i o’clock on three days: at that hour, one before and one after',
    (hour) => {
      const memory = exceededOn(days(3), hour);
      const hours = [-2, -1, 0, 1, 2].map(
        (offset) => routinePenalty(memory, at(3, (hour + offset + 24) % 24)) > 0,
      );
      expect(hours).toEqual([false, true, true, true, false]);
    },
  );

  it('is not what came on two days, nor on one day alone however often that day', () => {
    expect(routinePenalty(exceededOn([0, 1], 5), at(2, 5))).toBe(0);
    expect(routinePenalty(exceededOn([0, 0, 0, 0], 5), at(1, 5))).toBe(0);
  });

  it('raises the bar by 0.35 decades for each day, counted with decay, and by 2 at most', () => {
    const decay = Math.exp(-1 / 7);
    const counted = (decay + 1) * decay + 1;
    expect(routinePenalty(exceededOn(days(3), 5), at(3, 5))).toBeCloseTo(0.35 * counted * decay, 6);
    const penalties = [3, 4, 6, 9].map((count) => routinePenalty(exceededOn(days(count), 5), at(count, 5)));
    expect(penalties).toEqual(penalties.toSorted((one, other) => one - other));
    expect(routinePenalty(exceededOn(days(60), 5), at(60, 5))).toBe(2);
  });

  it('is judged by the days before: what came earlier on the same day does not count', () => {
    expect(routinePenalty(exceededOn(days(3), 5), at(2, 5))).toBe(0);
    expect(routinePenalty(exceededOn(days(4), 5), at(3, 5))).toBeGreaterThan(0);
  });

  it('is forgotten in days without it, the later the more often it had come', () => {
    const isRoutine = (count: number, day: number) =>
      routinePenalty(exceededOn(days(count), 5), at(day, 5)) > 0;
    expect([3, 4, 5].map((day) => isRoutine(3, day))).toEqual([true, false, false]);
    expect([7, 11, 30].map((day) => isRoutine(7, day))).toEqual([true, true, false]);
  });

  it('is none where nothing ever came', () => {
    expect(routinePenalty(emptyRoutine(), at(0, 5))).toBe(0);
  });
});
