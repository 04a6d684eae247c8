import { describe, expect, it } from 'vitest';
import { monitorSample, startSeries } from '../../../lib/detector/monitor-series.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import type { Evidence } from '../../../lib/detector/score.ts';
import { normalAt, uniformAt } from '../../../lib/series/seeded-noise.ts';
import { habits } from '../../bench/habits/habits.ts';
import { samplesOfHabit } from '../../bench/habits/run-habit.ts';
import { monitorOf } from '../monitoring.ts';
import { START_SECONDS } from '../seeded-series.ts';

const STEP_SECONDS = 60;
const DAY_POINTS = 1440;
const DAYS = 28;
/** From then on a history is there to state frequencies by. */
const JUDGED_FROM_SECONDS = 2 * 86_400;
/** Points this much nearer to what is usual count as comparable at the least, and at the most none that is nearer. */
const COMPARABLE = 0.7;
const FACTOR = 5;

/** Noise with an autocorrelation of .75. */
function correlated(seed: number, index: number): number {
  let sum = 0;
  for (let lag = 0; lag < 12; lag += 1) sum += 0.75 ** lag * normalAt(seed, index - lag);
  return 0.66 * sum;
}

/** 1 in the minutes of a job that begins at about a minute of the day and lasts. */
function job(seed: number, index: number, minute: number, jitter: number, lasts: number): number {
  const day = Math.floor(index / DAY_POINTS);
  const begins = minute + Math.floor(jitter * uniformAt(seed, day));
  const now = index % DAY_POINTS;
  return now >= begins && now < begins + lasts ? 1 : 0;
}

const HABITS: Record<string, (seed: number, index: number) => number> = {
  'a nightly job': (seed, index) =>
    0.15 + 0.02 * correlated(seed, index) + 0.7 * job(seed, index, 360, 3, 10),
  'a job on weekdays': (seed, index) =>
    20 +
    correlated(seed, index) +
    (Math.floor(index / DAY_POINTS) % 7 < 5 ? 40 * job(seed, index, 540, 10, 30) : 0),
  'a weekly backup': (seed, index) =>
    20 +
    correlated(seed, index) +
    (Math.floor(index / DAY_POINTS) % 7 === 6 ? 40 * job(seed, index, 120, 1, 60) : 0),
  'latency with spikes of any size': (seed, index) =>
    0.1 +
    0.006 * correlated(seed, index) +
    (uniformAt(seed + 1, index) < 1 / 900 ? 0.1 * (1 - uniformAt(seed + 2, index)) ** -0.7 : 0),
  'a daily rhythm with failovers': (seed, index) =>
    50 +
    20 * Math.sin((2 * Math.PI * index) / DAY_POINTS) +
    correlated(seed, index) +
    (uniformAt(seed + 3, Math.floor(index / 180)) < 0.03 ? 30 : 0),
  'a queue that fills up': (seed, index) =>
    Math.max(
      0,
      Math.round(
        3 + 1.5 * correlated(seed, index) + (uniformAt(seed + 1, Math.floor(index / 240)) < 0.05 ? 25 : 0),
      ),
    ),
};

interface Stated {
  readonly points: number;
  /** Points for each comparable one so far, counted narrowly and widely. */
  readonly real: readonly [most: number, least: number];
  readonly explanation: string;
}

/** Every alert about a jump or a deviation, with the frequency that it states and the real one up to then. */
function statedFrequencies(values: Float64Array, stepSeconds = STEP_SECONDS): Stated[] {
  const monitor = { ...monitorOf(rarity, {}, stepSeconds), skipBand: true };
  const state = startSeries(monitor);
  const levels = followed(values);
  return Array.from(values, (value, index) => {
    const sample = { timeSeconds: START_SECONDS + index * stepSeconds, value };
    const alert = monitorSample(monitor, state, sample, undefined).events.find(
      ({ kind }) => kind !== 'resolved',
    );
    const evidence = alert?.verdict.evidence;
    if (index * stepSeconds < JUDGED_FROM_SECONDS || alert === undefined || evidence === undefined) return [];
    if (evidence.channel !== 'fast' && evidence.channel !== 'deviation') return [];
    const points = Number(/1 of ([\d,]+) /.exec(alert.explanation)![1]!.replaceAll(',', ''));
    const count = (share: number) => comparable(evidence, values.subarray(0, index + 1), levels, share);
    const real = [(index + 1) / count(1), (index + 1) / count(COMPARABLE)] as const;
    return [{ points, real, explanation: alert.explanation }];
  }).flat();
}

/** What each value was expected to be: the detector's fast level. */
function followed(values: Float64Array): Float64Array {
  let level = values.find(Number.isFinite)!;
  return values.map((value) => {
    const before = level;
    if (Number.isFinite(value)) level += 0.3 * (value - level);
    return before;
  });
}

function comparable(evidence: Evidence, values: Float64Array, levels: Float64Array, share: number): number {
  const distance = share * Math.abs(evidence.observed - evidence.usual);
  const distances = values.map(
    (value, index) =>
      evidence.direction * (value - (evidence.channel === 'fast' ? levels[index]! : evidence.usual)),
  );
  return Math.max(1, distances.filter((one) => one >= distance * (1 - 1e-9)).length);
}

function isWrong({ points, real: [most, least] }: Stated): boolean {
  return points > FACTOR * most || points < least / FACTOR;
}

describe('the frequency that an alert states', () => {
  it.each(Object.entries(HABITS))('is that of the series to a factor of five: %s', (_, valueAt) => {
    const stated = [101, 202].flatMap((seed) =>
      statedFrequencies(Float64Array.from({ length: DAYS * DAY_POINTS }, (_, index) => valueAt(seed, index))),
    );
    expect(stated.length).toBeGreaterThan(3);
    expect(stated.filter(isWrong)).toEqual([]);
  });

  it('is that of the series in all habits of the bench', () => {
    const stated = Object.values(habits).flatMap((habit) => {
      const { values } = samplesOfHabit({ ...habit, days: DAYS }, 3);
      return statedFrequencies(values, habit.stepSeconds);
    });
    expect(stated.length).toBeGreaterThan(40);
    expect(stated.filter(isWrong)).toEqual([]);
  });
});
