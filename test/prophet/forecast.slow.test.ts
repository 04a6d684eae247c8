import type { ProphetPredictions } from '@bsull/augurs/prophet';
import { describe, expect, it } from 'vitest';
import { MissingForecastInputError } from '../../lib/prophet/errors.ts';
import { decomposeForecast, type ForecastInputs, forecastProphet } from '../../lib/prophet/forecast.ts';
import { forecastTimes } from '../../lib/prophet/forecast-times.ts';
import type { ProphetHistory } from '../../lib/prophet/history.ts';
import type { ProphetModel } from '../../lib/prophet/model.ts';
import { defaultProphetOptions, type ProphetOptions } from '../../lib/prophet/options.ts';
import { replayInAugurs, toConditions, toRegressors } from './augurs-replay.ts';
import { fitted } from './fitted.ts';
import { dailyAndWeekly, syntheticSeries } from './synthetic.ts';

const DAY_SECONDS = 86_400;

/** Every seventh sample of the history and three days beyond, with whatever inputs the model needs. */
function questionOf(history: ProphetHistory): { times: Float64Array; inputs: ForecastInputs } {
  const last = history.timesSeconds.at(-1)!;
  const times = Float64Array.from([
    ...history.timesSeconds.filter((_, row) => row % 7 === 0),
    ...Array.from({ length: 144 }, (_, index) => last + (index + 1) * 1800),
  ]);
  return {
    times,
    inputs: {
      conditions: { open: Array.from(times, isOpen) },
      regressors: { load: Array.from(times, loadAt), deploy: Array.from(times, deployAt) },
    },
  };
}

const isOpen = (time: number): boolean => Math.floor(time / DAY_SECONDS) % 7 < 5;
const loadAt = (time: number): number => 40 + 25 * Math.sin(time / 50_000);
const deployAt = (time: number): number => (Math.floor(time / 40_000) % 9 === 0 ? 1 : 0);

function historyWithInputs(history: ProphetHistory): ProphetHistory {
  const { timesSeconds } = history;
  return {
    ...history,
    conditions: { open: Array.from(timesSeconds, isOpen) },
    regressors: { load: Array.from(timesSeconds, loadAt), deploy: Array.from(timesSeconds, deployAt) },
  };
}

async function predictBoth(
  history: ProphetHistory,
  options: Partial<ProphetOptions>,
): Promise<{ model: ProphetModel; theirs: ProphetPredictions; times: Float64Array; inputs: ForecastInputs }> {
  const model = await fitted(history, options);
  const all = { ...defaultProphetOptions, ...options, uncertaintySamples: 0 };
  const prophet = replayInAugurs(model, history, all);
  const { times, inputs } = questionOf(history);
  const theirs = prophet.predict({
    ds: Array.from(times),
    seasonalityConditions: toConditions(options.seasonalities === undefined ? {} : inputs.conditions),
    x: toRegressors(options.regressors === undefined ? {} : inputs.regressors),
    ...(options.growth === 'logistic' ? { cap: Array.from(times, () => 120) } : {}),
  });
  prophet.free();
  return { model, theirs, times, inputs };
}

/** The largest difference as a share of the series' scale. */
function difference(ours: ArrayLike<number>, theirs: readonly number[], scale: number): number {
  return theirs.reduce((worst, value, row) => Math.max(worst, Math.abs(value - ours[row]!) / scale), 0);
}

const open = { name: 'open hours', periodSeconds: DAY_SECONDS, order: 3, condition: 'open' } as const;
const regressors = [{ name: 'load' }, { name: 'deploy', priorScale: 3 }] as const;
const plain = syntheticSeries({ stepSeconds: 900, days: 20 });
const capped: ProphetHistory = {
  ...syntheticSeries({
    stepSeconds: 1800,
    days: 20,
    shape: (seconds) =>
      100 / (1 + Math.exp(-(seconds / DAY_SECONDS - 8) / 3)) +
      3 * Math.sin((2 * Math.PI * seconds) / DAY_SECONDS),
  }),
  capacities: new Float64Array(960).fill(120),
};

describe('forecastProphet against the predictions of augurs from the same parameters', () => {
  it.each<[string, ProphetHistory, Partial<ProphetOptions>]>([
    ['the default options', plain, {}],
    ['scaling by the largest magnitude', plain, { scaling: 'absMax' }],
    ['flat growth', plain, { growth: 'flat' }],
    ['many harmonics', plain, { daily: 12, weekly: 8 }],
    ['holidays', plain, { holidays: { country: 'US' } }],
    [
      'a conditional seasonality and regressors',
      historyWithInputs(plain),
      { seasonalities: [open], regressors },
    ],
    [
      'multiplicative seasonality and holidays',
      plain,
      { seasonalityMode: 'multiplicative', holidays: { country: 'US' } },
    ],
    [
      'a multiplicative regressor',
      historyWithInputs(plain),
      { regressors: [{ name: 'load', mode: 'multiplicative' }, { name: 'deploy' }] },
    ],
    ['logistic growth', capped, { growth: 'logistic', changepointCount: 5 }],
  ])(
    'agrees to 1e-9 in trend, every component and the expected value with %s',
    async (_, history, options) => {
      const { model, theirs, times, inputs } = await predictBoth(history, options);
      const shared = forecastTimes(times);
      const ours = decomposeForecast(model, shared, inputs);
      expect(difference(ours.trend, theirs.trend.point, model.scale)).toBeLessThan(1e-9);
      for (const { name, kind, mode, values } of ours.components) {
        const group = {
          seasonality: theirs.seasonalities,
          holiday: theirs.holidays,
          regressor: theirs.regressors,
        }[kind];
        const unit = mode === 'additive' ? model.scale : 1;
        expect(difference(values, group.get(name)!.point, unit), name).toBeLessThan(1e-9);
      }
      const { expected } = forecastProphet(model, shared, inputs);
      expect(difference(expected, theirs.yhat.point, model.scale)).toBeLessThan(1e-9);
    },
  );

  it.each<[string, ProphetHistory, number]>([
    ['noise that outweighs the trend', syntheticSeries({ noise: 3 }), 0.8],
    [
      'a wild trend with little noise',
      syntheticSeries({ noise: 0.2, seed: 4, shape: (s) => dailyAndWeekly(s) + 8 * Math.sin(s / 90_000) }),
      0.8,
    ],
    ['a 95% band', syntheticSeries({ noise: 1, seed: 9 }), 0.95],
  ])(
    'has a band within three percent of the mean of 200 draws of augurs: %s',
    async (_, history, intervalWidth) => {
      const model = await fitted(history, { intervalWidth });
      const prophet = replayInAugurs(model, history, {
        ...defaultProphetOptions,
        intervalWidth,
        uncertaintySamples: 1000,
      });
      const horizons = [
        300,
        900,
        3600,
        3 * 3600,
        6 * 3600,
        12 * 3600,
        DAY_SECONDS,
        2 * DAY_SECONDS,
        7 * DAY_SECONDS,
      ];
      const last = history.timesSeconds.at(-1)!;
      const ds = horizons.map((horizon) => last + horizon);
      const theirs = new Float64Array(horizons.length);
      for (let draw = 0; draw < 200; draw += 1) {
        const { lower, upper } = prophet.predict({ ds }).yhat.intervals!;
        for (let row = 0; row < ds.length; row += 1) theirs[row]! += (upper[row]! - lower[row]!) / 2 / 200;
      }
      prophet.free();
      const { lower, upper } = forecastProphet(model, forecastTimes(Float64Array.from(ds)));
      horizons.forEach((horizon, row) => {
        const ratio = (upper[row]! - lower[row]!) / 2 / theirs[row]!;
        expect(Math.abs(ratio - 1), `at ${horizon} s: ratio ${ratio}`).toBeLessThan(0.03);
      });
    },
  );
});

describe('forecastProphet', () => {
  it('keeps expected inside lower and upper, and seasonal apart from the trend', async () => {
    const model = await fitted(plain);
    const times = forecastTimes(questionOf(plain).times);
    const { expected, lower, upper, seasonal } = forecastProphet(model, times);
    const { trend } = decomposeForecast(model, times);
    expected.forEach((value, row) => {
      expect(lower[row]).toBeLessThan(value);
      expect(upper[row]).toBeGreaterThan(value);
      expect(trend[row]! + seasonal[row]!).toBeCloseTo(value, 9);
    });
  });

  it('has a seasonal part of mean zero over whole weeks', async () => {
    const model = await fitted(plain);
    const start = plain.timesSeconds.at(-1)!;
    const week = Float64Array.from({ length: 2016 }, (_, index) => start + index * 300);
    const { seasonal } = forecastProphet(model, forecastTimes(week));
    const mean = seasonal.reduce((sum, value) => sum + value, 0) / seasonal.length;
    expect(Math.abs(mean)).toBeLessThan(1e-9 * model.scale);
  });

  it('gives a model the same forecast alone and among others of other orders and periods', async () => {
    const few = await fitted(plain, { daily: 2 });
    const many = await fitted(plain, { daily: 9 });
    const { times } = questionOf(plain);
    const shared = forecastTimes(times);
    const together = [few, many, few].map((model) => forecastProphet(model, shared));
    expect(together[0]).toEqual(forecastProphet(few, forecastTimes(times)));
    expect(together[1]).toEqual(forecastProphet(many, forecastTimes(times)));
    expect(together[2]).toEqual(together[0]);
  });

  it('asks for the condition and the regressor that the model was trained with', async () => {
    const model = await fitted(historyWithInputs(plain), { seasonalities: [open], regressors });
    const times = forecastTimes(Float64Array.of(plain.timesSeconds[0]!));
    expect(() => forecastProphet(model, times)).toThrow(MissingForecastInputError);
    expect(() => forecastProphet(model, times, { conditions: { open: [true] } })).toThrow(/regressor "load"/);
  });
});
