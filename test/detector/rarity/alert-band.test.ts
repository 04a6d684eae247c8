import { describe, expect, it } from 'vitest';
import { type SeriesState, startSeries } from '../../../lib/detector/monitor-series.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import type { RarityState } from '../../../lib/detector/rarity/state.ts';
import { decodeSeries, encodeSeries } from '../../../lib/detector/series-codec.ts';
import type { Sample } from '../../../lib/series/samples.ts';
import { feed, monitorOf } from '../monitoring.ts';
import { type Shape, STEP_SECONDS, samplesOf } from '../seeded-series.ts';

const POINTS = 600;
const noModel = () => undefined;

/** What is known after some samples, of which the last `banded` were given a band. */
function warm(samples: readonly Sample[], banded = 0, stepSeconds = STEP_SECONDS) {
  const monitor = { ...monitorOf(rarity, {}, stepSeconds), skipBand: true };
  const state = startSeries(monitor) as SeriesState<RarityState>;
  feed(monitor, state, samples.slice(0, samples.length - banded), noModel);
  if (banded > 0)
    feed({ ...monitor, skipBand: false }, state, samples.slice(samples.length - banded), noModel);
  const encoded = encodeSeries(rarity, [state]);
  const timeSeconds = samples.at(-1)!.timeSeconds + stepSeconds;
  const copy = () => decodeSeries(rarity, structuredClone(encoded))[0]! as SeriesState<RarityState>;
  const judge = (value: number, falseAlertsPerWeek = 1, bounds?: readonly number[]) => {
    const fork = copy();
    if (bounds !== undefined) fork.detector.bounds.set(bounds);
    const judging = monitorOf(rarity, { falseAlertsPerWeek }, stepSeconds);
    const { verdict } = feed(judging, fork, [{ timeSeconds, value }], noModel)[0]!;
    return { ...verdict, band: verdict.band!, bounds: [...fork.detector.bounds] };
  };
  return { judge, last: samples.at(-1)!.value };
}

const shapes: readonly Shape[] = [
  'noise',
  'daily rhythm',
  'heavy tails',
  'counts',
  'growing steadily',
  'tiny',
];

describe('the band of a sample', () => {
  it.each(shapes.map((shape, index) => [shape, [1, 5, 0.2][index % 3]!] as const))(
    'has bounds that alert, a tenth inside of which nothing does: %s at %f a week',
    (shape, budget) => {
      for (const banded of [0, 40]) {
        const { judge, last } = warm(samplesOf(shape, 11, POINTS), banded);
        const { lower, expected, upper } = judge(last, budget).band;
        for (const [bound, side] of [
          [upper, 1],
          [lower, -1],
        ] as const) {
          const width = Math.abs(bound - expected);
          expect(width).toBeGreaterThan(0);
          const scoreAt = (share: number) => judge(bound + side * share * width, budget).anomalous;
          expect([scoreAt(0), scoreAt(0.5), scoreAt(3)], `${side}`).toEqual([true, true, true]);
          expect(scoreAt(-0.12), `${side}`).toBe(false);
        }
      }
    },
  );

  it.each([60, 300, 3600])('is exact to five percent of its width at a step of %i seconds', (stepSeconds) => {
    const { judge, last } = warm(samplesOf('noise', 4, POINTS, stepSeconds), 20, stepSeconds);
    const { lower, expected, upper } = judge(last).band;
    for (const bound of [upper, lower]) {
      const inside = bound - 0.06 * (bound - expected);
      expect([judge(bound).anomalous, judge(inside).anomalous]).toEqual([true, false]);
    }
  });

  it('is the same to a few percent wherever the search for it begins', () => {
    for (const shape of ['noise', 'daily rhythm', 'huge'] as const) {
      const { judge, last } = warm(samplesOf(shape, 8, POINTS), 10);
      const { band } = judge(last);
      const reach = band.upper - band.expected;
      const none = Number.NaN;
      for (const place of [none, 1e30, -1e30, band.upper + 20 * reach, band.expected + 0.3 * reach]) {
        const elsewhere = judge(last, 1, [place, 0, 0, -place, 0, 0]).band;
        expect(elsewhere.expected).toBe(band.expected);
        for (const side of ['upper', 'lower'] as const) {
          const ratio = (elsewhere[side] - band.expected) / (band[side] - band.expected);
          expect(Math.abs(ratio - 1), `${shape}, ${side}, from ${place}`).toBeLessThan(0.06);
        }
      }
    }
  });

  it('is found at once by the next search, which begins where the last one ended', () => {
    const { judge, last } = warm(samplesOf('noise', 8, POINTS), 30);
    const { band, bounds } = judge(last);
    // What the bounds follow are shares, and by them they lie where the band was.
    const [upper, upperByLevel, upperByLast, lower, lowerByLevel, lowerByLast] = bounds as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (const share of [upperByLevel, upperByLast, lowerByLevel, lowerByLast]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(upperByLevel + upperByLast).toBeLessThanOrEqual(1 + 1e-9);
    const levels = upper + (upperByLevel + upperByLast) * band.expected;
    expect(Math.abs(levels - band.upper) / (band.upper - band.expected)).toBeLessThan(0.5);
    const lowest = lower + (lowerByLevel + lowerByLast) * band.expected;
    expect(Math.abs(lowest - band.lower) / (band.expected - band.lower)).toBeLessThan(0.5);
  });

  it('mirrors with the values', () => {
    const samples = samplesOf('heavy tails', 6, POINTS);
    const upright = warm(samples, 20);
    const turned = warm(
      samples.map((sample) => ({ ...sample, value: -sample.value })),
      20,
    );
    const band = upright.judge(upright.last).band;
    const mirrored = turned.judge(turned.last).band;
    expect(mirrored.expected).toBeCloseTo(-band.expected, 9);
    expect(mirrored.upper).toBeCloseTo(-band.lower, 6);
    expect(mirrored.lower).toBeCloseTo(-band.upper, 6);
  });

  it('is narrower at a larger budget of false alerts', () => {
    const { judge, last } = warm(samplesOf('noise', 5, POINTS));
    const widths = [0.1, 1, 10].map(
      (budget) => judge(last, budget).band.upper - judge(last, budget).band.lower,
    );
    expect(widths[0]).toBeGreaterThan(widths[1]!);
    expect(widths[1]).toBeGreaterThan(widths[2]!);
  });

  it('stays where it was while a shifted level stands, and holds the expected value', () => {
    const calm = samplesOf('noise', 6, 1500);
    const before = warm(calm).judge(100).band;
    const shifted = samplesOf('noise', 6, 1512).map((sample, index) => ({
      ...sample,
      value: sample.value + (index >= 1500 ? 12 : 0),
    }));
    const { judge, last } = warm(shifted, 3);
    const { band, anomalous } = judge(last);
    expect(anomalous).toBe(true);
    expect(band.upper).toBeLessThan(108);
    expect(band.lower).toBeGreaterThan(90);
    expect(band.expected).toBe(band.upper);
    expect(Math.abs(band.upper - before.upper)).toBeLessThan(4);
    const fallen = warm(
      shifted.map((sample, index) => (index >= 1500 ? { ...sample, value: sample.value - 24 } : sample)),
      3,
    );
    const low = fallen.judge(fallen.last).band;
    expect(low.expected).toBe(low.lower);
    expect(low.lower).toBeGreaterThan(90);
  });

  it('ends where the axis of the histograms does when no value of a series could alert', () => {
    const { judge } = warm(samplesOf('sparse counts', 2, 1600));
    const { band } = judge(0, 0.1);
    expect(judge(1e50, 0.1).anomalous).toBe(false);
    expect(band.upper).toBeGreaterThan(1000);
    expect(band.upper).toBeLessThan(1e6);
  });

  it('ends at a record where records are rare', () => {
    // Between 0 and 1 in a slow wave with little noise: what leaves the range is unusual at once.
    const wave = samplesOf('noise', 12, 1500).map(({ timeSeconds, value }, index) => ({
      timeSeconds,
      value: Math.max(0, Math.min(1, 0.5 + 0.6 * Math.sin(index / 30) + 0.02 * (value - 100))),
    }));
    const { judge, last } = warm(wave, 20);
    for (const budget of [20, 5, 1]) {
      const { lower, expected, upper } = judge(last, budget).band;
      expect(lower).toBeLessThan(expected);
      expect(upper).toBeGreaterThan(expected);
      expect([judge(upper, budget).anomalous, judge(lower, budget).anomalous]).toEqual([true, true]);
      const inside = (bound: number) => judge(bound - 0.12 * (bound - expected), budget).anomalous;
      expect([inside(upper), inside(lower)]).toEqual([false, false]);
    }
  });
});
