import { describe, expect, it } from 'vitest';
import { dayProfileOf } from '../../lib/evaluation/day-profile.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { type InjectionPlan, planInjections } from '../../lib/evaluation/injection-plan.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';

const STEP = 300;
const DAY = 86_400;
const timesSeconds = Float64Array.from({ length: (14 * DAY) / STEP }, (_, index) => index * STEP);
const samples: Samples = {
  timesSeconds,
  // Busy from 09:00 to 15:00.
  values: timesSeconds.map(
    (time, index) => (time % DAY >= 9 * 3600 && time % DAY < 15 * 3600 ? 100 : 40) + normalAt(1, index),
  ),
};
const wishes: InjectionPlan = {
  kinds: faultNames,
  count: 300,
  seed: 4,
  firstRow: 2000,
  noise: 1,
  profile: dayProfileOf(samples),
  domain: { minimum: 0, maximum: 105 },
  incidents: [{ firstIndex: 2500, lastIndex: 2600 }],
};

describe('planInjections', () => {
  const injections = planInjections(samples, STEP, wishes);

  it('gives each kind and size its share, in order of time, the same for the same seed', () => {
    const cells = Map.groupBy(injections, ({ fault, sizeIndex }) => `${fault} ${sizeIndex}`);
    expect(cells.size).toBe(3 * faultNames.length);
    for (const [, ofCell] of cells) expect(ofCell).toHaveLength(10);
    const firsts = injections.map(({ firstIndex }) => firstIndex);
    expect(firsts).toEqual(firsts.toSorted((one, other) => one - other));
    expect(planInjections(samples, STEP, wishes)).toEqual(injections);
    expect(planInjections(samples, STEP, { ...wishes, seed: 5 })).not.toEqual(injections);
  });

  it('stays off the warm-up, the real incidents and the last rows, and inside the domain', () => {
    for (const { firstIndex, lastIndex, values } of injections) {
      expect(firstIndex).toBeGreaterThanOrEqual(2000);
      expect(lastIndex + 10).toBeLessThan(samples.values.length);
      expect(lastIndex < 2500 || firstIndex > 2600).toBe(true);
      expect(values).toHaveLength(lastIndex - firstIndex + 1);
      for (const value of values.filter(Number.isFinite)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(105);
      }
    }
  });

  it('puts all sizes of a kind at the same places, so that a larger fault is not found less often by chance', () => {
    for (const fault of faultNames) {
      const places = [0, 1, 2].map((size) =>
        injections
          .filter((injection) => injection.fault === fault && injection.sizeIndex === size)
          .map(({ firstIndex }) => firstIndex),
      );
      expect(places[1]).toEqual(places[0]);
      expect(places[2]).toEqual(places[0]);
    }
  });

  it('takes the daily peak away when it is due, and nowhere else', () => {
    const missing = injections.filter(({ fault }) => fault === 'missing-daily-peak');
    expect(missing).toHaveLength(30);
    for (const { firstIndex } of missing) expect(timesSeconds[firstIndex]! % DAY).toBe(9 * 3600);
  });

  it('leaves out what nobody could see: the peak of a series without one, an outage of nothing', () => {
    const flat: Samples = { timesSeconds, values: timesSeconds.map((_, index) => 0.1 * normalAt(2, index)) };
    const plan = planInjections(flat, STEP, { ...wishes, profile: dayProfileOf(flat), domain: {} });
    const kinds = new Set(plan.map(({ fault }) => fault));
    expect(kinds.has('missing-daily-peak')).toBe(false);
    expect(kinds.has('outage')).toBe(false);
    expect(kinds.has('spike')).toBe(true);
  });

  it('injects nothing where there is no room', () => {
    expect(planInjections(samples, STEP, { ...wishes, firstRow: samples.values.length })).toEqual([]);
  });
});
