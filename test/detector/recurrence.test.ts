import { describe, expect, it } from 'vitest';
import { EPISODES, emptyRecurrence, isRecurring } from '../../lib/detector/recurrence.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const START = 19_700 * DAY + 9 * HOUR;

interface Episode {
  readonly at: number;
  readonly size?: number;
  readonly minutes?: number;
}

/** Whether each episode's first and last sample belong to a habit. */
function play(episodes: readonly Episode[], stepSeconds = MINUTE): [first: boolean, last: boolean][] {
  const memory = emptyRecurrence();
  return episodes.map(({ at, size = 70, minutes = 10 }) => {
    const answers = Array.from({ length: minutes }, (_, minute) =>
      isRecurring(memory, { timeSeconds: START + at + minute * MINUTE, size, stepSeconds }),
    );
    return [answers[0]!, answers.at(-1)!];
  });
}

const daily = (days: number): Episode[] => Array.from({ length: days }, (_, day) => ({ at: day * DAY }));
const lastOf = (episodes: readonly Episode[]) => play(episodes).at(-1)!;

describe('a recurring episode', () => {
  it('is a job that came at the same time of three earlier days', () => {
    expect(play(daily(5)).map(([first]) => first)).toEqual([false, false, false, true, true]);
  });

  it('is a job on weekdays on the Monday after', () => {
    expect(lastOf([...daily(5), { at: 7 * DAY }])).toEqual([true, true]);
  });

  it('is a job every three days, and one every week', () => {
    expect(lastOf([0, 3, 6, 9].map((day) => ({ at: day * DAY })))).toEqual([true, true]);
    expect(lastOf([0, 7, 14].map((day) => ({ at: day * DAY })))).toEqual([true, true]);
  });

  it('is not the weekly job on another day of the week', () => {
    expect(lastOf([0, 7, 14, 18].map((day) => ({ at: day * DAY })))).toEqual([false, false]);
  });

  it('is not what comes at another time of day, but for what people start within two hours on four days', () => {
    expect(lastOf([...daily(3), { at: 3 * DAY + 3 * HOUR }])).toEqual([false, false]);
    const byHand = [0, 1.5, 0.7, 1.1, 0.3].map((hours, day) => ({ at: day * DAY + hours * HOUR }));
    expect(play(byHand).map(([first]) => first)).toEqual([false, false, false, false, true]);
  });

  it('is not one that is half as large again, or less than half as large, or goes the other way', () => {
    const sized = (size: number) => lastOf([...daily(3), { at: 3 * DAY, size }])[0];
    expect([104, 106, 36, 34, -70].map(sized)).toEqual([true, false, true, false, false]);
  });

  it('is no habit any more once it grows beyond what it was, or lasts more than twice as long', () => {
    const memory = emptyRecurrence();
    const at = (day: number, minute: number, size: number) =>
      isRecurring(memory, { timeSeconds: START + day * DAY + minute * MINUTE, size, stepSeconds: MINUTE });
    for (const day of [0, 1, 2]) for (let minute = 0; minute < 10; minute += 1) at(day, minute, 70);
    expect([at(3, 0, 70), at(3, 1, 100), at(3, 2, 120)]).toEqual([true, true, false]);
    expect(lastOf([...daily(3), { at: 3 * DAY, minutes: 27 }])).toEqual([true, true]);
    expect(lastOf([...daily(3), { at: 3 * DAY, minutes: 31 }])).toEqual([true, false]);
  });

  it('counts a day once, however often it came that day', () => {
    const often = [0, 1, 2, 3].map((hours) => ({ at: hours * 0.6 * HOUR, minutes: 1 }));
    expect(lastOf([...often, { at: DAY + HOUR }])).toEqual([false, false]);
  });

  it('is what comes ten times within a week at six hours of the day or more, at any time', () => {
    const flushes = Array.from({ length: 11 }, (_, index) => ({ at: index * 15 * HOUR }));
    expect(play(flushes).map(([first]) => first)).toEqual([...new Array(10).fill(false), true]);
  });

  it('of a stuck value is another stuck value', () => {
    const stuck = daily(4).map((episode) => ({ ...episode, size: 0 }));
    expect(lastOf(stuck)).toEqual([true, true]);
    expect(lastOf([...daily(3), { at: 3 * DAY, size: 0 }])).toEqual([false, false]);
  });

  it('at a step of an hour comes within the same hour', () => {
    const hourly = (hours: number) =>
      play(
        [...daily(3), { at: 3 * DAY + hours * HOUR }].map((one) => ({ ...one, minutes: 1 })),
        HOUR,
      ).at(-1)![0];
    expect([0, 0.7, 0.8].map(hourly)).toEqual([true, true, false]);
  });

  it('is forgotten after more than as many other episodes as are remembered', () => {
    const others = Array.from({ length: EPISODES }, (_, index) => ({
      at: 2 * DAY + (index + 1) * 35 * MINUTE,
      size: 7000,
      minutes: 1,
    }));
    expect(lastOf([...daily(3), ...others, { at: 3 * DAY }])).toEqual([false, false]);
  });
});
