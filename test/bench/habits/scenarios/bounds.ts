import type { Habit } from '../habit.ts';
import { correlatedNoise, randomness } from '../randomness.ts';
import { businessHours } from '../traffic.ts';

const percentage = { stepSeconds: 60, days: 49, minimum: 0, maximum: 100, incidents: 'down' } as const;

/** Percentages and flags at their bounds. */
export const bounds: Readonly<Record<string, Habit>> = {
  'availability-that-dips': {
    ...percentage,
    series(seed) {
      const random = randomness(seed);
      return () => (random.uniform() < 0.03 ? 100 - 2 * random.exponential() : 100);
    },
  },
  'success-of-ten-thousand': {
    ...percentage,
    series(seed) {
      const random = randomness(seed);
      return () => 100 - random.poisson(3) / 100;
    },
  },
  'saturated-processor': {
    ...percentage,
    series(seed) {
      const random = randomness(seed);
      const slow = correlatedNoise(random, 0.98);
      return () => Math.min(100, 97 + 4 * slow() + random.normal());
    },
  },
  'disk-utilisation-at-both-bounds': {
    ...percentage,
    incidents: 'up',
    series(seed) {
      const random = randomness(seed);
      const slow = correlatedNoise(random, 0.9);
      const share = businessHours('UTC');
      return (time) => Math.max(0, Math.min(100, 140 * share(time) - 40 + 12 * slow()));
    },
  },
  'leader-flag': {
    stepSeconds: 60,
    days: 49,
    minimum: 0,
    series(seed) {
      const random = randomness(seed);
      let isLeader = 0;
      return () => {
        // Elections about four times a day.
        if (random.uniform() < 1 / 360) isLeader = 1 - isLeader;
        return isLeader;
      };
    },
  },
};
