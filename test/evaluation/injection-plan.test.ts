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
  const planned = () => planInjections(samples, STEP, wishes);

  it('gives each kind and size its share, in order of time, the same for the same seed', () => {
    const injections = planned();
    const cells = Map.groupBy(injections, ({ fault, sizeIndex }) => `${fault} ${sizeIndex}`);
    expect(cells.size).toBe(3 * faultNames.length);
    for (const [, ofCell] of cells) expect(ofCell).toHaveLength(10);
    const firsts = injections.map(({ firstIndex }) => firstIndex);
    expect(firsts).toEqual(firsts.toSorted((one, other) => one - other));
    expect(planInjections(samples, STEP, wishes)).toEqual(injections);
    expect(planInjections(samples, STEP, { ...wishes, seed: 5 })).not.toEqual(injections);
  });

  it('stays off the warm-up, the real incidents and the last rows, and inside the domain', () => {
    for (const { firstIndex, lastIndex, values } of planned()) {
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
    const injections = planned();
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
    const missing = planned().filter(({ fault }) => fault === 'missing-daily-peak');
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

  /** A flat series of quarter-hours at 10, in which every visible fault fits everywhere. */
  const level = (rows: number): Samples => ({
    timesSeconds: Float64Array.from({ length: rows }, (_, row) => row * 900),
    values: new Float64Array(rows).fill(10),
  });
  const planOf = (rows: number, changes: Partial<InjectionPlan>, samplesOf = level) => {
    const series = samplesOf(rows);
    const plan = {
      ...wishes,
      profile: dayProfileOf(series),
      domain: {},
      incidents: [],
      firstRow: 0,
      ...changes,
    };
    return planInjections(series, 900, plan);
  };

  it('injects nothing when there is nothing to inject', () => {
    expect(planOf(100, { kinds: [] })).toEqual([]);
    expect(planOf(100, { count: 0 })).toEqual([]);
  });

  it('leaves ten samples after a fault, and one before it', () => {
    // A spike is one sample long here: one row before it and ten after it make twelve.
    const spikes = (rows: number) =>
      planOf(rows, { kinds: ['spike'], count: 60 }).map(({ firstIndex }) => firstIndex);
    expect(spikes(11)).toEqual([]);
    expect(new Set(spikes(12))).toEqual(new Set([1]));
    expect(new Set(spikes(14))).toEqual(new Set([1, 2, 3]));
    expect(
      new Set(planOf(14, { kinds: ['spike'], count: 60, firstRow: 3 }).map((one) => one.firstIndex)),
    ).toEqual(new Set([3]));
  });

  it('touches no real incident with any sample', () => {
    const incidents = [
      { firstIndex: 4, lastIndex: 6 },
      { firstIndex: 9, lastIndex: 9 },
    ];
    const places = planOf(21, { kinds: ['spike'], count: 240, incidents }).map(
      ({ firstIndex }) => firstIndex,
    );
    expect(new Set(places)).toEqual(new Set([1, 2, 3, 7, 8, 10]));
    // A dip of 180 seconds is one sample, a level shift of two hours is eight.
    const shifts = planOf(40, {
      kinds: ['level-shift-up'],
      count: 240,
      incidents: [{ firstIndex: 12, lastIndex: 12 }],
    }).map(({ firstIndex }) => firstIndex);
    expect(new Set(shifts)).toEqual(
      new Set([1, 2, 3, 4, ...Array.from({ length: 10 }, (_, row) => 13 + row)]),
    );
  });

  it('gives each injection its largest change in units of the noise', () => {
    for (const { effect, sizeIndex, values } of planOf(60, { kinds: ['spike'], count: 9, noise: 2 })) {
      expect(effect).toBe([5, 10, 20][sizeIndex]);
      expect(values[0]).toBe(10 + [10, 20, 40][sizeIndex]!);
    }
  });

  it('leaves a fault out that is smaller than the noise in any of its sizes, and keeps one as large', () => {
    // The domain cuts each spike off at a height above 10.
    const upTo = (maximum: number) =>
      planOf(60, { kinds: ['spike'], count: 9, noise: 2, domain: { maximum } }).length;
    expect([upTo(11.99), upTo(12)]).toEqual([0, 9]);
  });

  it('finds the first sample of the usual busy hours, wherever in the day it looks', () => {
    const busy = (rows: number): Samples => ({
      timesSeconds: Float64Array.from({ length: rows }, (_, row) => 36_000 + row * 900),
      values: Float64Array.from({ length: rows }, (_, row) =>
        (36_000 + row * 900) % DAY < 6 * 3600 ? 80 : 10,
      ),
    });
    // Ten in the morning of the first day to the evening of the fourth; the busy hours begin at midnight.
    const places = planOf(96 * 3, { kinds: ['missing-daily-peak'], count: 90 }, busy).map(
      ({ firstIndex }) => firstIndex,
    );
    expect(new Set(places)).toEqual(new Set([56, 56 + 96]));
  });
});
