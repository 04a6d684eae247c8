import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import type { RangeResult } from '../../../lib/sources/series-source.ts';
import { FIRST_TICK, hosts, metricNamed, TickFixture } from './tick-fixture.ts';

const STEP_SECONDS = 5;
const STEPS = 240;
const at = (step: number) => FIRST_TICK + step * STEP_SECONDS;

/** The second host is silent for a while. */
function withSilence(result: RangeResult): RangeResult {
  return {
    ...result,
    series: result.series.map((series, index) => {
      if (index !== 1) return series;
      const { timesSeconds, values } = series.samples;
      const kept = [...timesSeconds.keys()].filter(
        (position) => timesSeconds[position]! < at(90) || timesSeconds[position]! >= at(110),
      );
      return {
        labels: series.labels,
        samples: {
          timesSeconds: Float64Array.from(kept, (position) => timesSeconds[position]!),
          values: Float64Array.from(kept, (position) => values[position]!),
        },
      };
    }),
  };
}

/** Two metrics at 5 s, with a history to begin with, an incident, a silence, and counted late samples. */
async function ticked(steps: readonly number[]) {
  await using around = await TickFixture.make();
  const incident = { kind: 'spike', startSeconds: at(60), durationSeconds: 40, size: 25 } as const;
  around.seriesOf = () => hosts([incident]);
  around.answerWith = withSilence;
  around.metrics = ['cpu', 'load'].map((name) => {
    const { monitor } = metricNamed(name, rarity);
    return metricNamed(name, rarity, {
      monitor: {
        ...monitor,
        settings: { ...monitor.settings, falseAlertsPerWeek: 10 },
        stepSeconds: STEP_SECONDS,
      },
      warmUpSeconds: 3600,
      lateCheckSeconds: 600,
      alertOnMissing: true,
    });
  });
  for (const step of steps) await around.tick(at(step));
  return {
    verdicts: (await around.lines('verdict')).toSorted(),
    alerts: (await around.lines('alert')).toSorted(),
    sent: around.sent.map(({ id }) => id).toSorted(),
    state: await around.stateDigest(),
  };
}

describe('steps that are scored together', () => {
  it('give the verdicts, the alerts and the memory of steps that are scored one by one, to the last bit', async () => {
    const expected = await ticked(Array.from({ length: STEPS + 1 }, (_, step) => step));
    expect(expected.sent.length).toBeGreaterThan(2);
    expect(expected.verdicts.length).toBeGreaterThan(6 * STEPS - 1);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: STEPS - 1 }), { maxLength: 30 }),
        async (ticks) => {
          const inOrder = ticks.toSorted((one, other) => one - other);
          expect(await ticked([0, ...inOrder, STEPS])).toEqual(expected);
        },
      ),
      { numRuns: 20, seed: 5 },
    );
  });
});
