import { DAY_SECONDS, type Habit } from '../habit.ts';
import { randomness } from '../randomness.ts';
import { businessHours } from '../traffic.ts';

const usual = { stepSeconds: 60, days: 49, minimum: 0 } as const;

/** Calls `episode` once in so many minutes on average; its values follow one a minute, then zeros. */
function episodes(
  everyMinutes: number,
  leastMinutes: number,
  mostMinutes: number,
  quiet: number,
  during: (random: ReturnType<typeof randomness>) => number,
): Habit['series'] {
  return (seed) => {
    const random = randomness(seed);
    let left = 0;
    return () => {
      if (left <= 0 && random.uniform() < 1 / everyMinutes)
        left = leastMinutes + Math.floor(random.uniform() * (mostMinutes - leastMinutes + 1));
      left -= 1;
      return left >= 0 ? during(random) : quiet;
    };
  };
}

/** Counts, sparse and intermittent series, and what comes with counters. */
export const counts: Readonly<Record<string, Habit>> = {
  'sparse-errors': { ...usual, series: episodes(240, 1, 3, 0, (random) => 1 + random.poisson(0.6)) },
  'intermittent-errors': {
    ...usual,
    series: episodes(240, 5, 10, Number.NaN, (random) => 0.02 + 0.02 * random.poisson(1)),
  },
  'queue-of-a-few': {
    ...usual,
    series(seed) {
      const random = randomness(seed);
      const share = businessHours('UTC');
      return (time) => random.poisson(2 * share(time));
    },
  },
  'queue-near-saturation': {
    ...usual,
    series(seed) {
      const random = randomness(seed);
      let waiting = 0;
      return () => {
        waiting = Math.max(0, waiting + random.poisson(8.5) - random.poisson(10));
        return waiting;
      };
    },
  },
  'error-ratio': {
    ...usual,
    maximum: 1,
    series(seed) {
      const random = randomness(seed);
      const share = businessHours('UTC');
      return (time) => {
        const requests = random.poisson(Math.max(0, 40 * (share(time) - 0.16)));
        if (requests === 0) return Number.NaN;
        let errors = 0;
        for (let index = 0; index < requests; index += 1) if (random.uniform() < 0.02) errors += 1;
        return errors / requests;
      };
    },
  },
  'raw-counter-with-resets': {
    ...usual,
    series(seed, start) {
      const random = randomness(seed);
      const share = businessHours('UTC');
      let total = 1e6;
      return (time) => {
        if ((time - start) % (3 * DAY_SECONDS) === 0) total = 0;
        total += random.poisson(3000 * share(time));
        return total;
      };
    },
  },
  'restart-of-a-counter-seen-as-rate': {
    ...usual,
    series(seed) {
      const random = randomness(seed);
      const share = businessHours('UTC');
      return (time) => {
        const rate = random.poisson(600 * share(time)) / 60;
        // A restart about every third day loses a minute or two of the increase.
        return random.uniform() < 1 / 4320 ? rate * random.uniform() : rate;
      };
    },
  },
};
