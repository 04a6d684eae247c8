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
