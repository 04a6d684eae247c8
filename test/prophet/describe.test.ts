import { describe, expect, it } from 'vitest';
import { describeProphet } from '../../lib/prophet/describe.ts';
import { fitted } from './fitted.ts';
import { syntheticSeries } from './synthetic.ts';

const DAY_SECONDS = 86_400;

describe('describeProphet', () => {
  it('describes the trend, its bend, the waves and the noise in the units of the series', async () => {
    const start = 1_700_006_400;
    const bendDay = 14;
    const samples = syntheticSeries({
      days: 28,
      noise: 0.5,
      shape: (seconds) => {
        const days = seconds / DAY_SECONDS;
        const noon = (start + seconds) / DAY_SECONDS - 0.5;
        return 100 + 2 * days + 3 * Math.max(0, days - bendDay) + 8 * Math.cos(2 * Math.PI * noon);
      },
    });
    const { trend, changepoints, seasonalities, sigma, quality, timeZone } = describeProphet(
      await fitted(samples),
    );
    expect(trend.atStart).toBeCloseTo(100, -0.5);
    expect(trend.slopePerDay).toBeCloseTo(5, 0);
    expect(trend.startSeconds).toBe(samples.timesSeconds[0]);
    expect(trend.endSeconds).toBe(samples.timesSeconds.at(-1));
    const strongest = changepoints.toSorted(
      (a, b) => Math.abs(b.slopeChangePerDay) - Math.abs(a.slopeChangePerDay),
    )[0]!;
    expect(Math.abs(strongest.timeSeconds - start - bendDay * DAY_SECONDS)).toBeLessThan(2 * DAY_SECONDS);
    const total = changepoints.reduce((sum, { slopeChangePerDay }) => sum + slopeChangePerDay, 0);
    expect(total).toBeCloseTo(3, 0);
    const daily = seasonalities.find(({ name }) => name === 'daily')!;
    expect(daily.amplitude).toBeCloseTo(8, 0);
    expect(Math.abs(daily.peakSeconds - DAY_SECONDS / 2)).toBeLessThan(900);
    expect(sigma).toBeCloseTo(0.5, 1);
    expect(quality.samples).toBe(8064);
    expect(timeZone).toBe('UTC');
  });

  it('gives the times of a local clock as Unix times, and multiplicative amplitudes as shares', async () => {
    const samples = syntheticSeries({
      days: 20,
      stepSeconds: 1800,
      noise: 0.1,
      shape: (seconds) =>
        (50 + seconds / DAY_SECONDS) * (1 + 0.2 * Math.sin((2 * Math.PI * seconds) / DAY_SECONDS)),
    });
    const options = { timeZone: 'Asia/Tokyo', seasonalityMode: 'multiplicative', scaling: 'absMax' } as const;
    const { trend, seasonalities } = describeProphet(await fitted(samples, options));
    expect(trend.startSeconds).toBe(samples.timesSeconds[0]);
    expect(trend.endSeconds).toBe(samples.timesSeconds.at(-1));
    expect(seasonalities.find(({ name }) => name === 'daily')!.amplitude).toBeCloseTo(0.2, 1);
  });

  it('describes a constant by its level alone', async () => {
    const described = describeProphet(await fitted(syntheticSeries({ noise: 0, shape: () => 7 })));
    expect(described).toMatchObject({
      changepoints: [],
      seasonalities: [],
      holidays: [],
      quality: { method: 'constant' },
    });
    expect(described.trend).toMatchObject({ growth: 'flat', atStart: 7, atEnd: 7, slopePerDay: 0 });
  });
});
