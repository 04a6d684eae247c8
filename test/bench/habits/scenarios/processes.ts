import { DAY_SECONDS, type Habit, HOUR_SECONDS } from '../habit.ts';
import { correlatedNoise, randomness } from '../randomness.ts';
import { businessHours } from '../traffic.ts';

const usual = { stepSeconds: 60, days: 49, minimum: 0 } as const;

/** What processes do by themselves: garbage collection, caches, leaks, growth. */
export const processes: Readonly<Record<string, Habit>> = {
  'heap-with-deploys': {
    ...usual,
    series(seed, start) {
      const random = randomness(seed);
      let heap = 300;
      return (time) => {
        heap += 8 + 2 * random.normal();
        if (heap > 900 + 60 * random.normal()) heap = 300 + 20 * random.normal();
        if ((time - start) % (2 * DAY_SECONDS) === 14 * HOUR_SECONDS) heap = 120;
        return heap;
      };
    },
  },
  'garbage-collection-pauses': {
    ...usual,
    series(seed) {
      const random = randomness(seed);
      const noise = correlatedNoise(random, 0.5);
      return () =>
        0.02 +
        0.002 * Math.abs(noise()) +
        (random.uniform() < 1 / 45 ? 0.05 * (0.5 + random.exponential()) : 0);
    },
  },
  'cache-hit-ratio-with-flushes': {
    ...usual,
    maximum: 100,
    incidents: 'down',
    series(seed) {
      const random = randomness(seed);
      const noise = correlatedNoise(random, 0.7);
      let missing = 0;
      return () => {
        // Flushed about every six hours, warm again after half an hour.
        missing = random.uniform() < 1 / 360 ? 35 + 5 * random.normal() : missing * 0.9;
        return Math.max(0, Math.min(100, 95 + 0.8 * noise() - missing));
      };
    },
  },
  'slow-leak': {
    ...usual,
    series(seed) {
      const random = randomness(seed);
      const noise = correlatedNoise(random, 0.9);
      const share = businessHours('UTC');
      let memory = 400;
      return (time) => {
        memory += 0.037 * (0.4 + share(time));
        // Killed when it has grown by half, about every five days.
        if (memory > 600) memory = 400;
        return memory + 4 * noise();
      };
    },
  },
  'steady-growth': {
    ...usual,
    stepSeconds: 300,
    series(seed, start) {
      const random = randomness(seed);
      const noise = correlatedNoise(random, 0.9);
      return (time) => 50 + (2 * (time - start)) / DAY_SECONDS + 0.4 * noise();
    },
  },
  'exponential-growth': {
    ...usual,
    series(seed, start) {
      const random = randomness(seed);
      return (time) => 100 * 2 ** ((time - start) / (7 * DAY_SECONDS)) * (1 + 0.01 * random.normal());
    },
  },
  'change-of-scraping': {
    ...usual,
    changesOnDays: [28],
    series(seed, start) {
      const random = randomness(seed);
      const slow = correlatedNoise(random, 0.95);
      const share = businessHours('UTC');
      // The mean of four scrapes a minute from then on: half of the noise.
      return (time) =>
        100 * share(time) + 3 * slow() + random.normal() * (time >= start + 28 * DAY_SECONDS ? 2 : 4);
    },
  },
};
