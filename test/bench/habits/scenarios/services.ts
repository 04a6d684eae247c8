import { DAY_SECONDS, type Habit, HOUR_SECONDS, USUAL_START_SECONDS } from '../habit.ts';
import { correlatedNoise, randomness } from '../randomness.ts';
import { businessHours, dayOf } from '../traffic.ts';

const MINUTE = 60;

/** Requests a second that follow a pattern of traffic, with 4% of slow noise and a little of a fast one. */
function requests(
  traffic: () => (timeSeconds: number) => number,
  change: (timeSeconds: number, startSeconds: number) => number = () => 1,
): Habit['series'] {
  return (seed, startSeconds) => {
    const random = randomness(seed);
    const slow = correlatedNoise(random, 0.9);
    const share = traffic();
    return (time) =>
      Math.max(0, 800 * share(time) * change(time, startSeconds) * (1 + 0.04 * slow()) + 6 * random.normal());
  };
}

const BANK_HOLIDAY = 31;
/** Three working days from the end of a month to the beginning of the next are busy. */
function isMonthEnd(timeSeconds: number): boolean {
  const date = new Date(timeSeconds * 1000);
  const tomorrow = new Date((timeSeconds + DAY_SECONDS) * 1000);
  return tomorrow.getUTCMonth() !== date.getUTCMonth() || date.getUTCDate() === 1;
}

/** Services whose load follows people. */
export const services: Readonly<Record<string, Habit>> = {
  'business-hours': {
    stepSeconds: MINUTE,
    days: 49,
    minimum: 0,
    series: requests(() => businessHours('UTC')),
  },
  'business-hours-berlin-daylight-saving': {
    stepSeconds: MINUTE,
    days: 49,
    minimum: 0,
    changesOnDays: [27],
    series: requests(() => businessHours('Europe/Berlin')),
  },
  'business-hours-new-york-daylight-saving': {
    stepSeconds: 300,
    days: 49,
    // Monday 9 February 2026: clocks change on the fourth Sunday.
    startSeconds: Date.UTC(2026, 1, 9) / 1000,
    minimum: 0,
    changesOnDays: [27],
    series: requests(() => businessHours('America/New_York')),
  },
  'business-hours-of-three-continents': {
    stepSeconds: 300,
    days: 49,
    minimum: 0,
    changesOnDays: [27],
    series: requests(() => {
      const zones = ['Australia/Sydney', 'Europe/London', 'America/Los_Angeles'].map((zone) =>
        businessHours(zone),
      );
      return (time) => zones.reduce((sum, zone) => sum + zone(time) / zones.length, 0);
    }),
  },
  'bank-holiday': {
    stepSeconds: MINUTE,
    days: 49,
    minimum: 0,
    changesOnDays: [BANK_HOLIDAY],
    series: requests(() => {
      const holiday = USUAL_START_SECONDS / DAY_SECONDS + BANK_HOLIDAY;
      return businessHours('UTC', (day) => day === holiday);
    }),
  },
  'month-end': {
    stepSeconds: 300,
    days: 70,
    startSeconds: Date.UTC(2026, 1, 9) / 1000,
    minimum: 0,
    series: requests(
      () => businessHours('UTC'),
      (time) => (isMonthEnd(time) ? 2.5 : 1),
    ),
  },
  'deploy-that-raises-the-level': {
    stepSeconds: MINUTE,
    days: 56,
    minimum: 0,
    changesOnDays: [28],
    series: requests(
      () => businessHours('UTC'),
      (time, start) => (time >= start + 28 * DAY_SECONDS + 10 * HOUR_SECONDS ? 1.4 : 1),
    ),
  },
  'orders-by-the-hour': {
    stepSeconds: HOUR_SECONDS,
    days: 84,
    minimum: 0,
    series(seed) {
      const random = randomness(seed);
      const share = businessHours('Europe/Berlin');
      return (time) => random.poisson(400 * share(time));
    },
  },
  autoscaling: {
    stepSeconds: MINUTE,
    days: 49,
    minimum: 1,
    series(seed) {
      const random = randomness(seed);
      const slow = correlatedNoise(random, 0.95);
      const share = businessHours('UTC');
      let replicas = 3;
      let calmMinutes = 0;
      return (time) => {
        const wanted = Math.ceil(2 + 14 * share(time) * (1 + 0.08 * slow()));
        calmMinutes = wanted < replicas ? calmMinutes + 1 : 0;
        // Scales up at once and down after ten calm minutes.
        if (wanted > replicas || calmMinutes >= 10) replicas = wanted;
        return replicas;
      };
    },
  },
  'processor-of-a-scaled-service': {
    stepSeconds: MINUTE,
    days: 49,
    minimum: 0,
    maximum: 100,
    series(seed) {
      const random = randomness(seed);
      const slow = correlatedNoise(random, 0.9);
      const share = businessHours('UTC');
      let replicas = 3;
      return (time) => {
        const load = 900 * share(time) * (1 + 0.05 * slow()) + 60;
        const usage = load / replicas;
        if (usage > 75) replicas += 1;
        else if (usage < 35 && replicas > 2) replicas -= 1;
        return Math.min(100, usage + 1.5 * random.normal());
      };
    },
  },
  'daily-deploy-with-cold-cache': {
    stepSeconds: MINUTE,
    days: 49,
    minimum: 0,
    series(seed, start) {
      const random = randomness(seed);
      const slow = correlatedNoise(random, 0.8);
      const deploys = new Map<number, number>();
      return (time) => {
        const { day, secondOfDay } = dayOf(time, start);
        if (!deploys.has(day)) deploys.set(day, (13 + 3 * random.uniform()) * HOUR_SECONDS);
        const since = secondOfDay - deploys.get(day)!;
        const cold = day % 7 < 5 && since >= 0 ? Math.exp(-since / 400) : 0;
        return 0.08 + 0.006 * slow() + 0.25 * cold;
      };
    },
  },
};
