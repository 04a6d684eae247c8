/** A simulated series of a real service's habit: nothing but the habit happens in it. */
export interface Habit {
  readonly stepSeconds: number;
  /** Length of the history; the first two weeks are learnt and not judged. */
  readonly days: number;
  /** Unix time of the first step; a Monday, 00:00 UTC, unless another is given. */
  readonly startSeconds?: number;
  /** What changes once, and when, in days since the start: alerts of the week after it are counted apart. */
  readonly changesOnDays?: readonly number[];
  /** Which way an incident goes; up unless another is given. */
  readonly incidents?: 'up' | 'down';
  /** Values outside are impossible; injected incidents are clipped to it. */
  readonly minimum?: number;
  readonly maximum?: number;
  /**
   * The series of one seed.
   *
   * @returns the value at a time, NaN where the series has no sample; called once a step, in ascending order.
   */
  series(seed: number, startSeconds: number): (timeSeconds: number) => number;
}

export const DAY_SECONDS = 86_400;
export const HOUR_SECONDS = 3600;
/** Monday 2 March 2026: daylight saving begins in Europe at the end of the fourth week. */
export const USUAL_START_SECONDS = Date.UTC(2026, 2, 2) / 1000;

/** @returns Unix time of the habit's first step. */
export function startOf(habit: Habit): number {
  return habit.startSeconds ?? USUAL_START_SECONDS;
}
