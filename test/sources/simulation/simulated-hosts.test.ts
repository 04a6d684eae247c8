import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../../lib/config/schema.ts';
import { openSource } from '../../../lib/sources/open-source.ts';
import { plannedIncidents } from '../../../lib/sources/simulation/planned-incidents.ts';
import { simulatedHosts } from '../../../lib/sources/simulation/simulated-hosts.ts';

const WEEK_SECONDS = 604_800;
const START_SECONDS = 2700 * WEEK_SECONDS;
const STEP_SECONDS = 60;
const settings = { seed: 4, hosts: 3, noise: 0.05, incidentsPerWeek: 3 };

/** What the configured source answers for a stretch. */
async function answerOf(source: object, startSeconds: number, endSeconds: number) {
  const configuration = configurationSchema.parse({
    source: { kind: 'simulation', ...source },
    metrics: [{ name: 'cpu' }],
  });
  const context = {
    secrets: { read: async () => '' },
    environment: {},
    retries: { remainingMilliseconds: () => 0, random: () => 0, sleep: async () => {} },
  };
  const opened = await openSource(configuration, context);
  return opened.queryRange({ query: 'cpu', startSeconds, endSeconds, stepSeconds: STEP_SECONDS });
}

/** The standard deviation of the differences from one step to the next: of the noise, whatever the rhythm. */
function roughness(values: Float64Array): number {
  const changes = values.subarray(1).map((value, index) => value - values[index]!);
  return Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0) / changes.length);
}

describe('the incidents of a simulation', () => {
  it('are as many a week as the configuration says, on average, and never meet', () => {
    for (const perWeek of [0, 0.5, 3, 40]) {
      const found = plannedIncidents(9, perWeek, START_SECONDS, START_SECONDS + 100 * WEEK_SECONDS - 1);
      expect(found.length / 100).toBeGreaterThanOrEqual(perWeek * 0.8);
      expect(found.length / 100).toBeLessThanOrEqual(perWeek * 1.2);
      for (const [index, { startSeconds }] of found.entries()) {
        const before = found[index - 1];
        if (before !== undefined)
          expect(startSeconds).toBeGreaterThanOrEqual(before.startSeconds + before.durationSeconds);
      }
    }
  });

  it('are the same for every stretch that is asked for', () => {
    const all = plannedIncidents(9, 5, START_SECONDS, START_SECONDS + 3 * WEEK_SECONDS);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 * WEEK_SECONDS }),
        fc.integer({ min: 0, max: 3 * WEEK_SECONDS }),
        (one, other) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)].map((at) => START_SECONDS + at);
          const touching = all.filter(
            ({ startSeconds, durationSeconds }) =>
              startSeconds <= to! && startSeconds + durationSeconds > from!,
          );
          expect(plannedIncidents(9, 5, from!, to!)).toEqual(touching);
        },
      ),
      { seed: 1 },
    );
  });
});

describe('a configured simulation', () => {
  const end = START_SECONDS + WEEK_SECONDS;

  it('differs from one without incidents exactly while the incidents of its truth go on', async () => {
    const { series } = await answerOf(settings, START_SECONDS, end);
    const calm = (await answerOf({ ...settings, incidentsPerWeek: 0 }, START_SECONDS, end)).series;
    const truth = simulatedHosts(settings, START_SECONDS, end);
    for (const [host, { samples }] of series.entries()) {
      const incidents = truth[host]!.incidents;
      expect(incidents.length).toBeGreaterThan(0);
      const isTroubled = (time: number) =>
        incidents.some(
          ({ startSeconds, durationSeconds }) =>
            time >= startSeconds && time < startSeconds + durationSeconds,
        );
      const changed = [...samples.timesSeconds].filter(
        (_, index) => samples.values[index] !== calm[host]!.samples.values[index],
      );
      expect(changed.length).toBeGreaterThan(0);
      expect(changed.every(isTroubled)).toBe(true);
    }
  });

  it('gives each sample the same value whichever stretch is asked for', async () => {
    const { series } = await answerOf(settings, START_SECONDS, end);
    for (const offset of [0, 86_400, 400_020]) {
      const some = await answerOf(settings, START_SECONDS + offset, START_SECONDS + offset + 3600);
      for (const [host, { samples }] of some.series.entries()) {
        const first = offset / STEP_SECONDS;
        expect(samples.values).toEqual(series[host]!.samples.values.slice(first, first + 61));
      }
    }
  });

  it('is as noisy as the configuration says', async () => {
    const quiet = { ...settings, incidentsPerWeek: 0 };
    const noiseOf = async (noise: number) => {
      const { series } = await answerOf({ ...quiet, noise }, START_SECONDS, end);
      return roughness(series[0]!.samples.values);
    };
    const [none, some, double] = [await noiseOf(0), await noiseOf(0.05), await noiseOf(0.1)];
    expect(none).toBeLessThan(some / 10);
    expect(double / some).toBeGreaterThan(1.9);
    expect(double / some).toBeLessThan(2.1);
  });
});
