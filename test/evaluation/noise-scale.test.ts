import { describe, expect, it } from 'vitest';
import { dayProfileOf } from '../../lib/evaluation/day-profile.ts';
import { noiseScaleOf } from '../../lib/evaluation/noise-scale.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';

const DAY = 86_400;

function everyMinute(days: number, valueAt: (timeSeconds: number, index: number) => number): Samples {
  const timesSeconds = Float64Array.from({ length: days * 1440 }, (_, index) => index * 60);
  return { timesSeconds, values: timesSeconds.map(valueAt) };
}
const unknown = ({ values }: Samples) => new Float64Array(values.length).fill(Number.NaN);
const wave = (time: number) => 50 + 20 * Math.sin((2 * Math.PI * time) / DAY);

describe('noiseScaleOf', () => {
  it('is the standard deviation of normal noise, whatever the rhythm and the drift', () => {
    const samples = everyMinute(7, (time, index) => wave(time) + time / DAY + 2 * normalAt(3, index));
    expect(Math.abs(noiseScaleOf(samples, 60, unknown(samples)) - 2)).toBeLessThan(0.1);
    const drifted = samples.timesSeconds.map(wave);
    expect(Math.abs(noiseScaleOf(samples, 60, drifted) - 2)).toBeLessThan(0.1);
  });

  it('is hardly moved by incidents', () => {
    const samples = everyMinute(7, (time, index) => wave(time) + 2 * normalAt(3, index));
    const troubled = {
      ...samples,
      values: samples.values.map((value, index) => (index % 10 === 0 ? 1e6 : value)),
    };
    expect(noiseScaleOf(troubled, 60, samples.timesSeconds.map(wave))).toBeLessThan(2.5);
  });

  it('takes the difference to the value before where there are no two days', () => {
    const samples = everyMinute(1, (time, index) => wave(time) + 2 * normalAt(3, index));
    expect(Math.abs(noiseScaleOf(samples, 60, unknown(samples)) - 2)).toBeLessThan(0.15);
  });

  it('is above 0 for series that mostly or always repeat themselves', () => {
    const mostly = everyMinute(3, (_, index) => (index % 100 === 0 ? 5 : 0));
    expect(
      noiseScaleOf(
        mostly,
        60,
        mostly.values.map(() => 0),
      ),
    ).toBeCloseTo(0.5, 1);
    const always = everyMinute(3, () => 200);
    expect(noiseScaleOf(always, 60, unknown(always))).toBe(2);
    const zero = everyMinute(3, () => 0);
    expect(noiseScaleOf(zero, 60, unknown(zero))).toBe(1);
  });
});

describe('the noise of a series, computed by hand', () => {
  /** Samples at a step, beginning at a time. */
  const seriesOf = (values: readonly number[], stepSeconds: number, fromSeconds = 0): Samples => ({
    timesSeconds: Float64Array.from(values, (_, row) => fromSeconds + row * stepSeconds),
    values: Float64Array.from(values),
  });
  const noiseOf = (samples: Samples, stepSeconds: number, expected = unknown(samples)) =>
    noiseScaleOf(samples, stepSeconds, expected);

  it('is 1.4826 times the median distance from each day’s own median', () => {
    // Day one: -2, 0, 1, 5 about 0.5; day two: 100 more, of which the drift does not count.
    const samples = seriesOf([-2, 0, 1, 5, 98, 100, 101, 105], 6 * 3600);
    const zero = new Float64Array(8);
    // Distances 2.5, 0.5, 0.5, 4.5 on both days.
    expect(noiseOf(samples, 6 * 3600, zero)).toBeCloseTo(1.4826 * 1.5, 9);
  });

  it('is about the model’s expected value where there is one, and leaves out rows without', () => {
    const samples = seriesOf([50, 50, 7, 9, 7, 9], 3600);
    const expected = Float64Array.of(Number.NaN, Number.NaN, 8, 8, 8, 8);
    expect(noiseOf(samples, 3600, expected)).toBeCloseTo(1.4826, 9);
  });

  it('is about the day before from two days on, and about the value before in a shorter history', () => {
    // A daily rhythm of four samples, which repeats with differences of 1 and 2.
    const days = (count: number, extra = 0) =>
      Array.from(
        { length: 4 * count + extra },
        (_, row) => [0, 100, 300, 600][row % 4]! + Math.floor(row / 4) * (row % 2),
      );
    const long = seriesOf(days(2, 1), 6 * 3600, 7 * DAY);
    // Of five differences to the day before, four are 0 and 1 in turn, divided by the root of 2.
    expect(noiseOf(long, 6 * 3600)).toBeLessThan(1.4826);
    expect(noiseOf(long, 6 * 3600)).toBeGreaterThan(0);
    // Eight samples span less than two days: the jumps within a day are the noise.
    expect(noiseOf(seriesOf(days(2), 6 * 3600, 7 * DAY), 6 * 3600)).toBeGreaterThan(50);
    // A sample a day is its own day’s median: what is left is 1% of the level.
    expect(noiseOf(seriesOf([1, 3, 1, 3, 1, 3], 3 * DAY), 3 * DAY)).toBe(0.02);
  });
});

describe('dayProfileOf', () => {
  it('knows when the usual day is highest and by how much', () => {
    // 10 from 09:00 to 15:00, else 0: the median of the day is 0.
    const samples = everyMinute(4, (time) => (time % DAY >= 9 * 3600 && time % DAY < 15 * 3600 ? 10 : 0));
    const profile = dayProfileOf(samples);
    expect(profile.peakStartSeconds(6 * 3600)).toBe(9 * 3600);
    expect(profile.peakHeight).toBe(10);
    expect(profile.peakHeightAt(2 * DAY + 12 * 3600)).toBe(10);
    expect(profile.peakHeightAt(2 * DAY + 16 * 3600)).toBe(0);
  });

  it('has no peak for a series without a day', () => {
    expect(dayProfileOf(everyMinute(2, () => 7)).peakHeight).toBe(0);
  });
});
