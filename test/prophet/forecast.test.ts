import { describe, expect, it } from 'vitest';
import { MissingForecastInputError } from '../../lib/prophet/errors.ts';
import { decomposeForecast, forecastProphet } from '../../lib/prophet/forecast.ts';
import { forecastTimes } from '../../lib/prophet/forecast-times.ts';
import { bandHalfWidth } from '../../lib/prophet/trend-uncertainty.ts';
import { DAY_SECONDS, modelOf, START_SECONDS } from './hand-made-model.ts';

const atDays = (...days: readonly number[]) =>
  forecastTimes(Float64Array.from(days, (day) => START_SECONDS + day * DAY_SECONDS));

const daily = {
  name: 'daily',
  periodSeconds: DAY_SECONDS,
  mode: 'additive',
  condition: undefined,
  coefficients: Float64Array.of(0.1, 0.2),
} as const;
const launch = {
  name: 'launch',
  mode: 'additive',
  coefficient: -0.5,
  windowsSeconds: Float64Array.of(
    START_SECONDS + DAY_SECONDS,
    START_SECONDS + 2 * DAY_SECONDS,
    START_SECONDS + 5 * DAY_SECONDS,
    START_SECONDS + 6 * DAY_SECONDS,
  ),
} as const;
const load = { name: 'load', mode: 'additive', coefficient: 0.3, mean: 20, deviation: 4 } as const;

function close(numbers: ArrayLike<number>, expected: readonly number[]): void {
  expect(Array.from(numbers)).toEqual(expected.map((number) => expect.closeTo(number, 9)));
}

describe('the forecast of a model', () => {
  it('follows a trend that bends at its changepoints, in the unit of the value', () => {
    const model = modelOf({
      changepoints: Float64Array.of(0.4, 0.8),
      slopeChanges: Float64Array.of(-0.5, 2),
    });
    // Scaled: 0.5 + t, less half of (t - 0.4) from there on, and twice (t - 0.8) more.
    const scaled = [0.5, 0.9, 1.3 - 0.2, 1.5 - 0.3 + 0.4, 2.5 - 0.8 + 2.4];
    close(
      forecastProphet(model, atDays(0, 4, 8, 10, 20)).expected,
      scaled.map((value) => 80 + 40 * value),
    );
  });

  it('is level for flat growth', () => {
    const model = modelOf({
      growth: 'flat',
      changepoints: Float64Array.of(0.4),
      slopeChanges: Float64Array.of(1),
    });
    close(forecastProphet(model, atDays(0, 5, 50)).expected, [100, 100, 100]);
  });

  it('adds seasons and holidays, and multiplies the trend by those of the other mode', () => {
    const model = modelOf({
      seasonalities: [
        daily,
        { ...daily, name: 'weekly', mode: 'multiplicative', periodSeconds: 4 * DAY_SECONDS },
      ],
      holidays: [launch, { ...launch, name: 'sale', mode: 'multiplicative', coefficient: 0.25 }],
    });
    // A quarter day, and a holiday at noon. The second season is at a quarter of its period after a day.
    const times = atDays(0.25, 1.5);
    const phase = (days: number) => (2 * Math.PI * ((START_SECONDS / DAY_SECONDS + days) % 4)) / 4;
    const factor = (days: number) => 0.1 * Math.sin(phase(days)) + 0.2 * Math.cos(phase(days));
    const trend = [80 + 40 * 0.525, 80 + 40 * 0.65];
    const added = [0.1 * 40, (-0.2 - 0.5) * 40];
    const multiplied = [1 + factor(0.25), 1 + factor(1.5) + 0.25];
    const { expected, seasonal } = forecastProphet(model, times);
    close(
      expected,
      trend.map((value, row) => value * multiplied[row]! + added[row]!),
    );
    close(
      seasonal,
      trend.map((value, row) => value * (multiplied[row]! - 1) + added[row]!),
    );
    const { trend: alone, components } = decomposeForecast(model, times);
    close(alone, trend);
    expect(components.map(({ name, kind, mode }) => [name, kind, mode])).toEqual([
      ['daily', 'seasonality', 'additive'],
      ['weekly', 'seasonality', 'multiplicative'],
      ['launch', 'holiday', 'additive'],
      ['sale', 'holiday', 'multiplicative'],
    ]);
    close(components[1]!.values, [factor(0.25), factor(1.5)]);
    close(components[3]!.values, [0, 0.25]);
  });

  it('has a holiday from its beginning on, and no longer at its end, in each of its years', () => {
    const model = modelOf({ holidays: [launch] });
    const { components } = decomposeForecast(model, atDays(0.99999, 1, 1.99999, 2, 5, 5.5, 6));
    close(components[0]!.values, [0, -20, -20, 0, -20, -20, 0]);
  });

  it('leaves a season out where its condition does not hold', () => {
    const model = modelOf({ seasonalities: [{ ...daily, condition: 'open' }] });
    const { components } = decomposeForecast(model, atDays(0.25, 0.25, 0.25, 0.25), {
      conditions: { open: [true, false, 1, 0] },
    });
    close(components[0]!.values, [4, 0, 4, 0]);
  });

  it('weighs a regressor by its standardized value', () => {
    const model = modelOf({ regressors: [load, { ...load, name: 'rate', mode: 'multiplicative' }] });
    const values = [20, 24, 10];
    const { components } = decomposeForecast(model, atDays(0, 1, 2), {
      regressors: { load: values, rate: values },
    });
    close(components[0]!.values, [0, 12, -30]);
    close(components[1]!.values, [0, 0.3, -0.75]);
    expect(components.map(({ kind }) => kind)).toEqual(['regressor', 'regressor']);
  });

  it.each([
    ['condition', 'open', { seasonalities: [{ ...daily, condition: 'open' }] }],
    ['regressor', 'load', { regressors: [load] }],
  ])('asks for a %s that the model was trained with', (kind, name, changes) => {
    const forecast = () => forecastProphet(modelOf(changes), atDays(0), { conditions: {}, regressors: {} });
    expect(forecast).toThrow(MissingForecastInputError);
    expect(forecast).toThrow(`trained with the ${kind} "${name}"`);
    expect(() => forecastProphet(modelOf(changes), atDays(0))).toThrow(MissingForecastInputError);
  });

  it('grows towards its capacity for logistic growth, without a jump where the rate changes', () => {
    const model = modelOf({
      growth: 'logistic',
      slope: 4,
      offset: 0.3,
      capacity: 1.5,
      changepoints: Float64Array.of(0.5, 0.7),
      slopeChanges: Float64Array.of(2, -3),
    });
    const { expected } = forecastProphet(model, atDays(2, 3, 4.99999, 5, 6.99999, 7, 200));
    close([expected[0]!], [80 + (40 * 1.5) / (1 + Math.exp(-4 * (0.2 - 0.3)))]);
    // At its offset the curve is at half of its capacity.
    close([expected[1]!], [80 + 20 * 1.5]);
    expect(expected[2]! - expected[3]!).toBeCloseTo(0, 2);
    expect(expected[4]! - expected[5]!).toBeCloseTo(0, 2);
    expect(expected[6]).toBeCloseTo(80 + 40 * 1.5, 6);
    // After the first change: rate 6, and the curve goes on from where it was.
    const shift = (0.5 - 0.3) * (1 - 4 / 6);
    const between = forecastProphet(model, atDays(6)).expected[0]!;
    expect(between).toBeCloseTo(80 + (40 * 1.5) / (1 + Math.exp(-6 * (0.6 - 0.3 - shift))), 9);
    // After the second one: rate 3.
    const second = (0.7 - 0.3 - shift) * (1 - 6 / 3);
    const last = forecastProphet(model, atDays(9)).expected[0]!;
    expect(last).toBeCloseTo(80 + (40 * 1.5) / (1 + Math.exp(-3 * (0.9 - 0.3 - shift - second))), 9);
  });

  it('takes the capacities that it is given, in the unit of the value', () => {
    const model = modelOf({ growth: 'logistic', slope: 4, offset: 0.3, capacity: 1.5 });
    const { expected } = forecastProphet(model, atDays(3, 3), { capacities: [180, 100] });
    close(expected, [80 + (180 - 80) / 2, 80 + (100 - 80) / 2]);
  });

  it('has a band about the expected value, that widens with the trend’s uncertainty past the history', () => {
    const model = modelOf({
      changepointRate: 25,
      slopeChangeScale: 0.1,
      seasonalities: [{ ...daily, mode: 'multiplicative' }],
    });
    const days = [5, 10.25, 12.25, 30.25];
    const { expected, lower, upper } = forecastProphet(model, atDays(...days));
    days.forEach((day, row) => {
      const factor = 1 + (day === 5 ? 0.2 : 0.1);
      const half = 40 * bandHalfWidth(model, model.band, day / 10 - 1, factor);
      expect(upper[row]! - expected[row]!).toBeCloseTo(half, 9);
      expect(expected[row]! - lower[row]!).toBeCloseTo(half, 9);
    });
    expect(upper[3]! - lower[3]!).toBeGreaterThan(2 * (upper[0]! - lower[0]!));
  });

  it('follows the local clock of the model', () => {
    const clock = {
      timeZone: 'Somewhere/Else',
      transitionsSeconds: Float64Array.of(START_SECONDS - DAY_SECONDS, START_SECONDS + DAY_SECONDS),
      offsetsSeconds: Float64Array.of(3600, 7200),
    };
    const model = modelOf({ clock, seasonalities: [daily], slope: 0 });
    const { components } = decomposeForecast(model, atDays(-2, 0.5, 1, 1.5));
    const at = (hours: number) =>
      40 * (0.1 * Math.sin((2 * Math.PI * hours) / 24) + 0.2 * Math.cos((2 * Math.PI * hours) / 24));
    close(components[0]!.values, [at(1), at(13), at(2), at(14)]);
  });
});

describe('the terms of forecast times', () => {
  it('are computed once for a period, an order and a clock, and serve lower orders too', () => {
    const times = atDays(0, 0.1, 0.2);
    const three = times.fourierTerms(DAY_SECONDS, 3, undefined);
    expect(times.fourierTerms(DAY_SECONDS, 2, undefined)).toBe(three);
    expect(times.fourierTerms(DAY_SECONDS, 3, undefined)).toBe(three);
    expect(times.fourierTerms(DAY_SECONDS, 4, undefined).stride).toBe(8);
    expect(times.fourierTerms(7 * DAY_SECONDS, 3, undefined)).not.toBe(three);
    const clock = {
      timeZone: 'UTC',
      transitionsSeconds: Float64Array.of(0),
      offsetsSeconds: Float64Array.of(0),
    };
    expect(times.fourierTerms(DAY_SECONDS, 3, clock)).not.toBe(three);
    expect(times.localSeconds(clock)).toBe(times.localSeconds(clock));
    expect(times.localSeconds(undefined)).toBe(times.timesSeconds);
  });

  it('are sine and cosine of each harmonic', () => {
    const times = Float64Array.from({ length: 50 }, (_, row) => START_SECONDS + row * 7777);
    const { terms, stride } = forecastTimes(times).fourierTerms(90_000, 5, undefined);
    expect(stride).toBe(10);
    times.forEach((time, row) => {
      for (let harmonic = 1; harmonic <= 5; harmonic += 1) {
        const angle = (2 * Math.PI * harmonic * (time % 90_000)) / 90_000;
        expect(terms[row * stride + 2 * harmonic - 2]).toBeCloseTo(Math.sin(angle), 12);
        expect(terms[row * stride + 2 * harmonic - 1]).toBeCloseTo(Math.cos(angle), 12);
      }
    });
  });
});
