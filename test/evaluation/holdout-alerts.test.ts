import { describe, expect, it } from 'vitest';
import type { Detector } from '../../lib/detector/detector.ts';
import { intervalRule } from '../../lib/detector/interval-rule.ts';
import { rarity } from '../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { type ModelOverHistory, replayToHoldout } from '../../lib/evaluation/holdout-alerts.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';

const stepSeconds = 3600;
const count = 10 * 24;
const borderRow = 9 * 24;
const timesSeconds = Float64Array.from({ length: count }, (_, row) => row * stepSeconds);
const monitorWith = <State>(detector: Detector<State>) => ({
  detector,
  settings: defaultDetectionSettings,
  stepSeconds,
});

/** A model that expects a constant, with a band of 2 around it. */
function expecting(value: number): ModelOverHistory {
  const column = (constant: number) => new Float64Array(count).fill(constant);
  const baseline = { expected: value, lower: value - 2, upper: value + 2, seasonal: 0 };
  return {
    seasonalSkill: 0.9,
    forecast: {
      expected: column(value),
      lower: column(value - 2),
      upper: column(value + 2),
      seasonal: column(0),
    },
    baselineAt: () => baseline,
  };
}

/** 50 with a spike of 100 every few hours of the last day. */
const spiky = Float64Array.from({ length: count }, (_, row) =>
  row >= borderRow && row % 6 === 3 ? 100 : 50,
);

describe('the held-out end by replay', () => {
  it('counts the notifications per week with each model', () => {
    const incumbent = expecting(50);
    const alertsWith = replayToHoldout(
      monitorWith(intervalRule),
      { timesSeconds, values: spiky },
      borderRow,
      incumbent,
    );
    expect(alertsWith(incumbent)).toBe(4 * 7);
    // Everything but the spikes lies outside of this one's band: four times it comes back from a spike, and once it begins.
    expect(alertsWith(expecting(100))).toBe(5 * 7);
  });

  it('counts nothing of what came before the end', () => {
    const early = spiky.map((_, row) => (row < borderRow && row % 6 === 3 ? 100 : 50));
    const incumbent = expecting(50);
    const samples = { timesSeconds, values: early };
    expect(replayToHoldout(monitorWith(intervalRule), samples, borderRow, incumbent)(incumbent)).toBe(0);
  });

  it('lets no model change what the next one is judged by', () => {
    const values = timesSeconds.map((_, row) => 50 + normalAt(4, row) + (row >= borderRow + 6 ? 6 : 0));
    const samples = { timesSeconds, values };
    const incumbent = expecting(50);
    const rival = expecting(47);
    const alone = replayToHoldout(monitorWith(rarity), samples, borderRow, incumbent)(rival);
    const alertsWith = replayToHoldout(monitorWith(rarity), samples, borderRow, incumbent);
    const first = alertsWith(incumbent);
    expect(alertsWith(rival)).toBe(alone);
    expect(alertsWith(incumbent)).toBe(first);
  });

  it('changes from the incumbent to another model as after a promotion, without an alert of its own', () => {
    const values = timesSeconds.map((_, row) => 50 + normalAt(4, row));
    const samples = { timesSeconds, values };
    const incumbent = expecting(50);
    const alertsWith = replayToHoldout(monitorWith(rarity), samples, borderRow, incumbent);
    expect(alertsWith(expecting(56))).toBe(alertsWith(incumbent));
  });
});
