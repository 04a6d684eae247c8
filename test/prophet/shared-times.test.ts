import { expect, it } from 'vitest';
import { SharedTimes } from '../../lib/prophet/shared-times.ts';

const timesFrom = (start: number) => Float64Array.from({ length: 50 }, (_, row) => start + row * 300);

it('equal times are the same to all that asks for them, others are not, and the oldest of many are forgotten', () => {
  const shared = new SharedTimes();
  const first = shared.of(timesFrom(0));
  expect(shared.of(timesFrom(0))).toBe(first);
  expect(shared.of(timesFrom(0).slice(1))).not.toBe(first);
  expect(shared.of(timesFrom(1)).timesSeconds[0]).toBe(1);
  for (let start = 2; start < 20; start += 1) shared.of(timesFrom(start));
  expect(shared.of(timesFrom(0))).not.toBe(first);
  expect(shared.of(timesFrom(0)).timesSeconds).toEqual(timesFrom(0));
});
