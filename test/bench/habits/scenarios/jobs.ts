import { DAY_SECONDS, type Habit, HOUR_SECONDS } from '../habit.ts';
import { correlatedNoise, randomness } from '../randomness.ts';
import { dayOf, isWeekday } from '../traffic.ts';

const MINUTE = 60;

interface Job {
  /** Second of the day at which it begins at the earliest, and by how much later at most. */
  readonly beginsSecond: number;
  readonly jitterSeconds: number;
  readonly lastsSeconds: number;
  readonly isOn: (day: number) => boolean;
}

/** A processor that is at 15% but for a job that takes it to 85%. */
function processorWith({ beginsSecond, jitterSeconds, lastsSeconds, isOn }: Job): Habit['series'] {
  return (seed, start) => {
    const random = randomness(seed);
    const noise = correlatedNoise(random, 0.8);
    const begins = new Map<number, number>();
    return (time) => {
      const { day, secondOfDay } = dayOf(time, start);
      if (!begins.has(day)) begins.set(day, beginsSecond + jitterSeconds * random.uniform());
      const since = secondOfDay - begins.get(day)!;
      const isRunning = isOn(day) && since >= 0 && since < lastsSeconds;
      return Math.max(0, 15 + 2 * noise() + (isRunning ? 70 : 0));
    };
  };
}

const usual = { stepSeconds: MINUTE, days: 49, minimum: 0 } as const;

/** Work that comes by the clock. */
export const jobs: Readonly<Record<string, Habit>> = {
  'nightly-job': {
    ...usual,
    series: processorWith({
      beginsSecond: 6 * HOUR_SECONDS,
      jitterSeconds: 180,
      lastsSeconds: 600,
      isOn: () => true,
    }),
  },
  'nightly-job-every-five-minutes-seen': {
    ...usual,
    stepSeconds: 300,
    series: processorWith({
      beginsSecond: 3 * HOUR_SECONDS,
      jitterSeconds: 900,
      lastsSeconds: 1800,
      isOn: () => true,
    }),
  },
  'weekday-job': {
    ...usual,
    series: processorWith({
      beginsSecond: 9 * HOUR_SECONDS,
      jitterSeconds: 600,
      lastsSeconds: 1800,
      isOn: isWeekday,
    }),
  },
  'weekday-job-from-week-three': {
    ...usual,
    changesOnDays: [14],
    series: processorWith({
      beginsSecond: 7 * HOUR_SECONDS,
      jitterSeconds: 300,
      lastsSeconds: 1200,
      isOn: (day) => day >= 14 && isWeekday(day),
    }),
  },
  'weekly-backup': {
    ...usual,
    series: processorWith({
      beginsSecond: 2 * HOUR_SECONDS,
      jitterSeconds: 60,
      lastsSeconds: 3600,
      isOn: (day) => day % 7 === 6,
    }),
  },
  'hourly-job': {
    ...usual,
    series(seed) {
      const random = randomness(seed);
      const noise = correlatedNoise(random, 0.8);
      return (time) => {
        const since = (time % HOUR_SECONDS) - 300;
        return Math.max(0, 15 + 2 * noise() + (since >= 0 && since < 180 ? 40 : 0));
      };
    },
  },
  'job-every-three-days': {
    ...usual,
    series: processorWith({
      beginsSecond: 14 * HOUR_SECONDS,
      jitterSeconds: 300,
      lastsSeconds: 900,
      isOn: (day) => day % 3 === 0,
    }),
  },
  'log-rotation': {
    ...usual,
    incidents: 'up',
    series(seed, start) {
      const random = randomness(seed);
      const noise = correlatedNoise(random, 0.7);
      let used = 40;
      return (time) => {
        // 12 points a day are written; at midnight the old logs go.
        used += (12 * MINUTE) / DAY_SECONDS;
        if (dayOf(time, start).secondOfDay === 0) used = 40 + random.normal();
        return used + 0.05 * noise();
      };
    },
  },
};
