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

  it('comes up to a quarter of an hour and a step earlier or later, or two hours when people start it', () => {
    const movedBy = (days: number, seconds: number) =>
      lastOf([...daily(days), { at: days * DAY + seconds }])[0];
    expect([960, 961, -960, -961].map((seconds) => movedBy(3, seconds))).toEqual([true, false, true, false]);
    expect([7260, 7261].map((seconds) => movedBy(4, seconds))).toEqual([true, false]);
  });

  it('may be exactly half as large again, or half as large', () => {
    const sized = (size: number) => lastOf([...daily(3), { at: 3 * DAY, size }])[0];
    expect([105, 35].map(sized)).toEqual([true, true]);
  });

  it('may last twice as long as the longest before it, and ten steps more', () => {
    // The longest lasted nine minutes from its first sample to its last.
    const lasting = (minutes: number) => lastOf([...daily(3), { at: 3 * DAY, minutes }]);
    expect([lasting(29), lasting(30)]).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  it('every week is remembered for three weeks', () => {
    expect(lastOf([0, 7, 21].map((day) => ({ at: day * DAY })))[0]).toBe(true);
    expect(lastOf([0, 7, 28].map((day) => ({ at: day * DAY })))[0]).toBe(false);
  });

  it('at any time is counted over seven days', () => {
    const every = (hours: number) =>
      lastOf(Array.from({ length: 11 }, (_, index) => ({ at: index * hours * HOUR })))[0];
    // Ten times 16.8 hours are a week.
    expect([16.8, 17].map(every)).toEqual([true, false]);
  });

  it('at any time comes in six hours of the day at least', () => {
    const from = (minutes: number) =>
      lastOf(
        Array.from({ length: 11 }, (_, index) => ({ at: (minutes + 31 * index) * MINUTE, minutes: 1 })),
      )[0];
    // The ten before the last: from 9:00 to 13:39, and from 9:30 to 14:09.
    expect([0, 30].map(from)).toEqual([false, true]);
  });

  it('that people start is not counted for the day itself', () => {
    const byHand = [0, 24 + 1.5, 48 + 0.7, 72 + 0.3, 72 + 1.3].map((hours) => ({ at: hours * HOUR }));
    expect(lastOf(byHand)[0]).toBe(false);
  });

  it('goes on through pauses of half an hour, and of five steps where those are longer', () => {
    const every = (seconds: number, stepSeconds: number) =>
      play(
        Array.from({ length: 11 }, (_, index) => ({ at: index * seconds, minutes: 1 })),
        stepSeconds,
      ).at(-1)![0];
    // What is one episode never becomes a habit by coming often.
    expect([5 * HOUR, 5 * HOUR + 1].map((seconds) => every(seconds, HOUR))).toEqual([false, true]);
    const shifted = (seconds: number) =>
      play(Array.from({ length: 13 }, (_, index) => ({ at: 1800 + index * seconds, minutes: 1 }))).at(-1)![0];
    expect([1800, 1801].map(shifted)).toEqual([false, true]);
  });

  it('is apart from what goes the other way at the same time', () => {
    const both = [0, 1, 2].flatMap((day) => [
      { at: day * DAY, size: -70 },
      { at: day * DAY + 15 * MINUTE, size: 70 },
    ]);
    expect(lastOf([...both, { at: 3 * DAY + 15 * MINUTE, size: 70 }])[0]).toBe(true);
  });

  it('is as large as its largest sample', () => {
    const memory = emptyRecurrence();
    const at = (day: number, minute: number, size: number) =>
      isRecurring(memory, { timeSeconds: START + day * DAY + minute * MINUTE, size, stepSeconds: MINUTE });
    for (const day of [0, 1, 2]) for (const [minute, size] of [100, 40, -40].entries()) at(day, minute, size);
    expect([at(3, 0, 100), at(3, 0, -40)]).toEqual([true, true]);
    expect([...memory.sizes.slice(0, 2)]).toEqual([100, -40]);
  });

  it('begins at its first sample and lasts to its last, in a ring of episodes', () => {
    const memory = emptyRecurrence();
    const at = (seconds: number) =>
      isRecurring(memory, { timeSeconds: START + seconds, size: 1, stepSeconds: MINUTE });
    for (const seconds of [0, 60, 1860, 1860 + 1801]) at(seconds);
    expect([...memory.starts.slice(0, 3)]).toEqual([START, START + 3661, 0]);
    expect([...memory.lengths.slice(0, 3)]).toEqual([1860, 0, 0]);
    expect(memory.next).toBe(2);
    for (let episode = 1; episode < EPISODES; episode += 1) at(episode * DAY);
    expect(memory.next).toBe(1);
    expect(memory.starts[0]).toBe(START + (EPISODES - 1) * DAY);
    expect(memory.starts[1]).toBe(START + 3661);
  });
});
