import { cpuScenario } from '../../../../lib/sources/simulation/cpu-scenario.ts';
import { simulatedValue } from '../../../../lib/sources/simulation/simulated-series.ts';
import { DAY_SECONDS, type Habit, HOUR_SECONDS } from '../habit.ts';
import { correlatedNoise, type Randomness, randomness } from '../randomness.ts';
import { businessHours } from '../traffic.ts';

function independent(stepSeconds: number, draw: (random: Randomness) => number): Habit {
  return {
    stepSeconds,
    days: 49,
    series(seed) {
      const random = randomness(seed);
      return () => draw(random);
    },
  };
}

function autocorrelated(stepSeconds: number, correlation: number): Habit {
  return {
    stepSeconds,
    days: 49,
    series(seed) {
      const noise = correlatedNoise(randomness(seed), correlation);
      return () => 100 + 5 * noise();
    },
  };
}

/** A host of the demonstration, without its incidents. */
function demoHost(host: number): Habit {
  return {
    stepSeconds: 300,
    days: 49,
    minimum: 0,
    maximum: 100,
    series(seed) {
      const series = cpuScenario(seed, host + 1)[host]!;
      return (time) => simulatedValue(series, time);
    },
  };
}

/** Each value of a slow scrape is seen several times, or is away for half of the time. */
function scrapedEvery(seconds: number, thereSeconds: number): Habit {
  return {
    stepSeconds: 60,
    days: 49,
    minimum: 0,
    series(seed) {
      const random = randomness(seed);
      const slow = correlatedNoise(random, 0.6);
      const share = businessHours('UTC');
      let value = 0;
      return (time) => {
        if (time % seconds === 0)
          value = Math.max(0, 800 * share(time) * (1 + 0.04 * slow()) + 6 * random.normal());
        return time % seconds < thereSeconds ? value : Number.NaN;
      };
    },
  };
}

/** A latency that jumps 60-fold once, and 8-fold two hours to two days later. */
const SPIKE_SECONDS = 22 * DAY_SECONDS + 10 * HOUR_SECONDS;
const LATER_HOURS = [2, 6, 12, 24, 48] as const;

/** Noise of all kinds. */
export const noises: Readonly<Record<string, Habit>> = {
  'white-noise': independent(60, (random) => 100 + 5 * random.normal()),
  'student-3-noise': independent(60, (random) => 100 + 5 * random.student(3)),
  'student-4-noise': independent(60, (random) => 100 + 5 * random.student(4)),
  'lognormal-latency': independent(300, (random) => 0.05 * Math.exp(0.8 * random.normal())),
  'exponential-latency': { ...independent(60, (random) => 0.2 * random.exponential()), minimum: 0 },
  'autocorrelated-noise': autocorrelated(60, 0.95),
  'slowly-wandering-noise': autocorrelated(60, 0.995),
  'autocorrelated-noise-every-five-minutes': autocorrelated(300, 0.8),
  'demo-web-host': demoHost(0),
  'demo-batch-host': demoHost(4),
  'demo-queue-host': demoHost(5),
  'slow-scrape': scrapedEvery(300, 300),
  'scrape-with-gaps': scrapedEvery(600, 300),
  'spike-after-a-greater-one': {
    stepSeconds: 60,
    days: 42,
    minimum: 0,
    changesOnDays: [22],
    series(seed, start) {
      const random = randomness(seed);
      const noise = correlatedNoise(random, 0.5);
      const later = SPIKE_SECONDS + LATER_HOURS[seed % LATER_HOURS.length]! * HOUR_SECONDS;
      return (time) => {
        const since = time - start;
        const isSpike = since >= SPIKE_SECONDS && since < SPIKE_SECONDS + 300;
        const isLater = since >= later && since < later + 600;
        return (0.1 + 0.006 * noise()) * (isSpike ? 60 : isLater ? 8 : 1);
      };
    },
  },
};
