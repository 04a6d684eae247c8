import { describe, expect, it } from 'vitest';
import { type SeriesState, startSeries } from '../../../lib/detector/monitor-series.ts';
import { newcomerAmong, startBeside } from '../../../lib/detector/newcomer.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import type { RarityState } from '../../../lib/detector/rarity/state.ts';
import { decodeSeries, encodeSeries } from '../../../lib/detector/series-codec.ts';
import type { Sample } from '../../../lib/series/samples.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { alertsOf, feed, monitorOf } from '../monitoring.ts';

const STEP = 300;
const DAY = 86_400;
const START = 1_772_409_600;
const monitor = { ...monitorOf(rarity, {}, STEP), skipBand: true };
const noModel = () => undefined;

interface Shape {
  readonly level?: number;
  readonly noise?: number;
  readonly days?: number;
  readonly from?: number;
}

function samplesOf(seed: number, { level = 100, noise = 1, days = 3, from = 0 }: Shape): Sample[] {
  return Array.from({ length: (days * DAY) / STEP }, (_, index) => ({
    timeSeconds: START + from + index * STEP,
    value: level + noise * normalAt(seed, index),
  }));
}

const startAlone = () => startSeries({ detector: rarity, stepSeconds: STEP });

function seriesOf(seed: number, shape: Shape = {}): SeriesState<RarityState> {
  const state = startAlone();
  feed(monitor, state, samplesOf(seed, shape), noModel);
  return state;
}

const newcomerOf = (siblings: readonly SeriesState<RarityState>[]) =>
  newcomerAmong(rarity, STEP, siblings)?.detector;

/** Alerts of a new series in which a shift of eight of its spreads comes after so many quiet points. */
function alertsIn(newcomer: SeriesState<RarityState>, seed: number, points: number, shape: Shape): number {
  const { noise = 1 } = shape;
  const samples = samplesOf(seed, { ...shape, days: 1, from: 3 * DAY }).slice(0, points + 6);
  const shifted = samples.map((sample, index) =>
    index < points ? sample : { ...sample, value: sample.value + 8 * noise },
  );
  const state = startBeside(rarity, newcomer);
  return alertsOf(feed(monitor, state, shifted, noModel)).length;
}

describe('a new series beside its siblings', () => {
  it('is scored by what is usual for them from its twentieth sample on', () => {
    const siblings = [1, 2, 3].map((seed) => seriesOf(seed));
    const newcomer = newcomerAmong(rarity, STEP, siblings)!;
    expect([21, 30, 60].map((points) => alertsIn(newcomer, 9, points, {}))).toEqual([1, 1, 1]);
    const quiet = startBeside(rarity, newcomer);
    expect(alertsOf(feed(monitor, quiet, samplesOf(9, { days: 1 }), noModel))).toEqual([]);
    const alone = startAlone();
    expect([21, 30, 60].map((points) => alertsIn(alone, 9, points, {}))).toEqual([0, 0, 0]);
  });

  it('has a level of its own, at any distance from theirs', () => {
    const newcomer = newcomerAmong(
      rarity,
      STEP,
      [1, 2, 3].map((seed) => seriesOf(seed)),
    )!;
    const state = startBeside(rarity, newcomer);
    expect(alertsOf(feed(monitor, state, samplesOf(7, { level: -5000, days: 1 }), noModel))).toEqual([]);
    expect(state.detector.mean).toBeCloseTo(-5000, 0);
  });

  it('has spreads in proportion to its level where those of its siblings are', () => {
    const siblings = [1, 2, 3, 4].map((seed) => {
      const level = 10 ** seed;
      return seriesOf(seed, { level, noise: level / 100 });
    });
    const newcomer = newcomerAmong(rarity, STEP, siblings)!;
    const state = startBeside(rarity, newcomer);
    feed(monitor, state, samplesOf(8, { level: 1e6, noise: 1e4 }).slice(0, 40), noModel);
    expect(Math.sqrt(state.detector.variance)).toBeGreaterThan(0.7e4);
    expect(Math.sqrt(state.detector.variance)).toBeLessThan(1.4e4);
    expect(alertsIn(newcomer, 8, 30, { level: 1e6, noise: 1e4 })).toBe(1);
  });

  it('begins alone where its siblings differ too much to say anything', () => {
    const siblings = [1, 2, 3, 4].map((seed) => seriesOf(seed, { noise: 10 ** seed, level: 0 }));
    expect(newcomerOf(siblings)).toBeUndefined();
  });

  it('begins alone where they have not seen two days together, or are constant', () => {
    expect(newcomerOf([])).toBeUndefined();
    expect(newcomerOf([1, 2, 3].map((seed) => seriesOf(seed, { days: 0.5 })))).toBeUndefined();
    expect(newcomerOf([1, 2, 3, 4, 5].map((seed) => seriesOf(seed, { days: 0.5 })))).toBeDefined();
    expect(newcomerOf([1, 2].map((seed) => seriesOf(seed, { noise: 0 })))).toBeUndefined();
  });

  it('goes on by its own data: after days, scales that are three times as large are its own', () => {
    const newcomer = newcomerAmong(
      rarity,
      STEP,
      [1, 2, 3].map((seed) => seriesOf(seed)),
    )!;
    const state = startBeside(rarity, newcomer);
    feed(monitor, state, samplesOf(5, { noise: 3, days: 6 }), noModel);
    expect(Math.sqrt(state.detector.variance)).toBeGreaterThan(2.5);
    expect(alertsOf(feed(monitor, state, samplesOf(6, { noise: 3, from: 6 * DAY }), noModel))).toHaveLength(
      0,
    );
  });

  it('takes over the episodes that recur in the typical sibling, and changes none of them', () => {
    const siblings = [0, 2, 5].map((episodes, index) => {
      const state = seriesOf(index + 1);
      for (let episode = 0; episode < episodes; episode += 1)
        state.policy.recurrence.starts[episode] = START + episode;
      state.policy.recurrence.next = episodes;
      return state;
    });
    const before = structuredClone(siblings.map((one) => encodeSeries(rarity, [one])));
    const newcomer = newcomerAmong(rarity, STEP, siblings)!;
    expect([...newcomer.policy.recurrence.starts].filter((start) => start > 0)).toEqual([START, START + 1]);
    feed(monitor, startBeside(rarity, newcomer), samplesOf(9, {}), noModel);
    expect(siblings.map((one) => encodeSeries(rarity, [one]))).toEqual(before);
  });

  it('goes on bit for bit when its state is stored before its first sample', () => {
    const newcomer = newcomerAmong(
      rarity,
      STEP,
      [1, 2, 3].map((seed) => seriesOf(seed)),
    )!;
    const stored = decodeSeries(rarity, structuredClone(encodeSeries(rarity, [newcomer])))[0]!;
    const states = [startBeside(rarity, newcomer), stored];
    for (const state of states) feed(monitor, state, samplesOf(9, {}), noModel);
    expect(encodeSeries(rarity, [states[0]!])).toEqual(encodeSeries(rarity, [states[1]!]));
  });
});
