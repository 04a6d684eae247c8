import { describe, expect, it } from 'vitest';
import { fitProphet } from '../../lib/prophet/fit.ts';
import { forecastProphet } from '../../lib/prophet/forecast.ts';
import { forecastTimes } from '../../lib/prophet/forecast-times.ts';
import type { ProphetHistory } from '../../lib/prophet/history.ts';
import type { ProphetOptions } from '../../lib/prophet/options.ts';
import type { FitRefusalReason } from '../../lib/prophet/refusal.ts';
import { fitted } from './fitted.ts';
import { keepRows, syntheticSeries } from './synthetic.ts';

const DAY_SECONDS = 86_400;

describe('fitProphet', () => {
  it('finds the waves, the bend and the noise that a series was made of', async () => {
    const model = await fitted(syntheticSeries({ days: 28, noise: 1 }));
    expect(model.sigma * model.scale).toBeCloseTo(1, 1);
    expect(model.quality).toMatchObject({
      samples: 8064,
      completeness: 1,
      stepSeconds: 300,
      method: 'exact',
    });
    expect(model.quality.kktResidual).toBeLessThan(1e-6);
    const daily = model.seasonalities.find(({ name }) => name === 'daily')!;
    expect(Math.hypot(daily.coefficients[0]!, daily.coefficients[1]!) * model.scale).toBeCloseTo(10, 0);
    expect(model.changepoints.length).toBeLessThan(20);
  });

  it.each<[string, Parameters<typeof syntheticSeries>[0], readonly string[]]>([
    ['half a day', { days: 0.5 }, []],
    ['a day and a half', { days: 1.5 }, []],
    ['two days', { days: 2 }, ['daily']],
    ['a week', { days: 7 }, ['daily']],
    ['two weeks', { days: 14 }, ['weekly', 'daily']],
    ['two weeks at a step of a day', { days: 60, stepSeconds: DAY_SECONDS }, ['weekly']],
  ])('takes in the seasonalities that %s can show', async (_, shape, names) => {
    const model = await fitted(syntheticSeries(shape));
    expect(model.seasonalities.map(({ name }) => name)).toEqual(names);
  });

  it('learns a year from two, at hourly steps', async () => {
    const yearly = (seconds: number): number =>
      100 +
      20 * Math.cos((2 * Math.PI * seconds) / (365.25 * DAY_SECONDS)) +
      5 * Math.sin((2 * Math.PI * seconds) / DAY_SECONDS);
    const model = await fitted(syntheticSeries({ days: 730, stepSeconds: 3600, noise: 2, shape: yearly }));
    expect(model.seasonalities.map(({ name }) => name)).toEqual(['yearly', 'weekly', 'daily']);
    const start = model.startSeconds;
    const ahead = Float64Array.from({ length: 24 * 60 }, (_, hour) => start + (730 * 24 + hour) * 3600);
    const { expected } = forecastProphet(model, forecastTimes(ahead));
    const error = expected.reduce(
      (sum, value, row) => sum + Math.abs(value - yearly(ahead[row]! - start)),
      0,
    );
    expect(error / expected.length).toBeLessThan(2);
  });

  it('gives up harmonics and changepoints before it fits more coefficients than half the samples', async () => {
    for (const days of [2, 2.5, 3]) {
      const samples = syntheticSeries({ days, stepSeconds: 7200 });
      const model = await fitted(samples);
      const coefficients = model.seasonalities.reduce((sum, { coefficients: { length } }) => sum + length, 0);
      expect(2 + model.changepointRate + coefficients).toBeLessThanOrEqual(samples.values.length / 2);
    }
  });

  it.each<[string, ProphetHistory, Partial<ProphetOptions>, FitRefusalReason, RegExp]>([
    [
      'no samples',
      keepRows(syntheticSeries(), () => false),
      {},
      'no-finite-samples',
      /None of the 0 samples/,
    ],
    [
      'three samples',
      syntheticSeries({ days: 0.0105 }),
      {},
      'too-few-samples',
      /3 usable samples of 3.*at least 8/,
    ],
    ['too many samples', syntheticSeries({ stepSeconds: 1, days: 2 }), {}, 'too-many-samples', /Resample/],
    [
      'a range past all numbers',
      syntheticSeries({ shape: (s) => (s % 600 ? -1.6e308 : 1.6e308), noise: 0 }),
      {},
      'no-finite-samples',
      /range is not finite/,
    ],
    [
      'a negative prior',
      syntheticSeries(),
      { changepointPriorScale: -1 },
      'invalid-options',
      /changepointPriorScale is -1/,
    ],
    ['half a harmonic', syntheticSeries(), { daily: 1.5 }, 'invalid-options', /daily has 1.5 harmonics/],
    [
      'two seasonalities of one name',
      syntheticSeries(),
      { seasonalities: [{ name: 'daily', periodSeconds: 9, order: 1 }] },
      'invalid-options',
      /"daily" is repeated/,
    ],
    [
      'an unknown country',
      syntheticSeries(),
      { holidays: { country: 'XX' } },
      'invalid-options',
      /country "XX"/,
    ],
    [
      'an unknown zone',
      syntheticSeries(),
      { timeZone: 'Nowhere/Land' },
      'invalid-options',
      /time zone "Nowhere\/Land"/,
    ],
    [
      'a regressor that is not there',
      syntheticSeries(),
      { regressors: [{ name: 'load' }] },
      'missing-input',
      /regressor "load"/,
    ],
    [
      'a condition that is not there',
      syntheticSeries(),
      { seasonalities: [{ name: 'x', periodSeconds: 7000, order: 1, condition: 'open' }] },
      'missing-input',
      /condition "open"/,
    ],
    [
      'logistic growth without a capacity',
      syntheticSeries(),
      { growth: 'logistic' },
      'missing-input',
      /carrying capacity/,
    ],
  ])('refuses %s and explains it', async (_, history, options, reason, explanation) => {
    const outcome = await fitProphet(history, options);
    expect(outcome).toMatchObject({
      kind: 'refusal',
      reason,
      explanation: expect.stringMatching(explanation),
    });
  });

  it('answers a constant series with its value and a narrow band', async () => {
    for (const value of [42, 0, -7e9, 3e-12]) {
      const model = await fitted(syntheticSeries({ noise: 0, shape: () => value }));
      const { expected, lower, upper } = forecastProphet(model, forecastTimes(Float64Array.of(1.71e9)));
      expect(model.quality.method).toBe('constant');
      expect(expected[0]).toBe(value);
      expect(upper[0]! - lower[0]!).toBeGreaterThan(0);
      expect(upper[0]! - lower[0]!).toBeLessThan(1e-5 * (Math.abs(value) || 1));
    }
  });

  it('weighs a holiday that the history holds, and only that one', async () => {
    // 4 July 2024, New York: half the traffic from local midnight to local midnight.
    const from = Date.UTC(2024, 5, 25) / 1000;
    const [start, end] = [Date.UTC(2024, 6, 4, 4) / 1000, Date.UTC(2024, 6, 5, 4) / 1000];
    const history = syntheticSeries({
      startSeconds: from,
      stepSeconds: 900,
      days: 14,
      shape: (seconds) => (from + seconds >= start && from + seconds < end ? 50 : 100),
    });
    const model = await fitted(history, { holidays: { country: 'US' }, timeZone: 'America/New_York' });
    expect(model.holidays.map(({ name }) => name)).toEqual(['Independence Day']);
    expect(model.holidays[0]!.coefficient * model.scale).toBeCloseTo(-50, -0.5);
    const ask = forecastTimes(Float64Array.of(start - 1, start, end - 1, end, start + 365 * DAY_SECONDS));
    const { seasonal } = forecastProphet(model, ask);
    expect([...seasonal].map((value) => value < -30)).toEqual([false, true, true, false, true]);
  });

  it('gives equal bits though augurs orders its components differently at each fit', async () => {
    const history = syntheticSeries({ stepSeconds: 1800, days: 28 });
    const options = {
      holidays: { country: 'US' },
      seasonalities: [{ name: 'shift', periodSeconds: 28_800, order: 2 }],
    };
    const models = await Promise.all(Array.from({ length: 8 }, () => fitted(history, options)));
    for (const model of models) expect(model).toEqual(models[0]);
  });

  it('knows the skill of its seasonal part', async () => {
    const wave = await fitted(syntheticSeries({ noise: 0.5 }));
    const noise = await fitted(syntheticSeries({ shape: () => 10 }));
    expect(wave.quality.skill).toBeGreaterThan(0.8);
    expect(noise.quality.skill).toBeLessThan(0.1);
  });
});
