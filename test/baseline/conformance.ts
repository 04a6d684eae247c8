import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BaselineModel, BaselineOptions } from '../../lib/baseline/baseline-model.ts';
import { forecastTimes } from '../../lib/prophet/forecast-times.ts';
import { isRefusal } from '../../lib/prophet/refusal.ts';
import type { Forecast } from '../../lib/series/band.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { keepRows, seededRandom, syntheticSeries } from '../prophet/synthetic.ts';

const DAY_SECONDS = 86_400;
const start = 1_700_006_400;

/** A day before the history to a month after it, at odd times. */
const asked = Float64Array.from({ length: 500 }, (_, index) => start - DAY_SECONDS + index * 7919);

/** Whatever a metric has been seen to be; each must become a model or a refusal that explains itself. */
const histories: Readonly<Record<string, Samples>> = {
  'nothing at all': { timesSeconds: new Float64Array(0), values: new Float64Array(0) },
  'three samples': syntheticSeries({ days: 0.0105 }),
  'nothing but NaN': { ...syntheticSeries(), values: new Float64Array(4032).fill(Number.NaN) },
  'a constant': syntheticSeries({ noise: 0, shape: () => 42 }),
  'a constant zero': syntheticSeries({ noise: 0, shape: () => 0 }),
  'a constant but for rounding': syntheticSeries({
    noise: 0,
    shape: (seconds) => 0.1 + 0.2 + (seconds % 600 ? 0 : 2 ** -54),
  }),
  'one step up and constant around it': syntheticSeries({
    noise: 0,
    shape: (seconds) => (seconds > 500_000 ? 1 : 0),
  }),
  'a straight line without noise': syntheticSeries({ noise: 0, shape: (seconds) => seconds / 1000 }),
  'a sine without noise': syntheticSeries({
    noise: 0,
    shape: (seconds) => Math.sin((2 * Math.PI * seconds) / DAY_SECONDS),
  }),
  'sixty percent missing': keepRows(
    syntheticSeries(),
    (
      (random) => () =>
        random() < 0.4
    )(seededRandom(8)),
  ),
  'nights missing': keepRows(syntheticSeries(), (row) => row % 288 > 96),
  'two islands a month apart': shiftHalf(syntheticSeries({ days: 4 }), 30 * DAY_SECONDS),
  'one lonely sample long ago': shiftFirst(syntheticSeries({ days: 4 }), -300 * DAY_SECONDS),
  'a scale of 1e12': scaled(syntheticSeries(), 1e12),
  'a scale of 1e-12': scaled(syntheticSeries(), 1e-12),
  'a scale of 1e300': scaled(syntheticSeries(), 1e300),
  'negative values': scaled(syntheticSeries(), -1),
  'values around zero': syntheticSeries({ shape: () => 0 }),
  'a huge offset': shifted(syntheticSeries(), 1e10),
  'infinite values among others': withValue(syntheticSeries(), [3, 900], Number.POSITIVE_INFINITY),
  'one absurd outlier': withValue(syntheticSeries(), [1234], 1e15),
  'zero and one': syntheticSeries({ noise: 0, shape: (seconds) => (seconds % 7000 < 3500 ? 0 : 1) }),
  'steps of 10 s': syntheticSeries({ stepSeconds: 10, days: 0.5 }),
  'steps of 1 h': syntheticSeries({ stepSeconds: 3600, days: 28 }),
  'steps of a day': syntheticSeries({ stepSeconds: DAY_SECONDS, days: 60 }),
  'times with fractions of a second': jittered(syntheticSeries({ days: 3 })),
  'duplicates and disorder': shuffledTwice(syntheticSeries({ days: 3 })),
  'a day and a half': syntheticSeries({ days: 1.5 }),
};

/**
 * What every baseline model owes, whatever it is made of. Run it on each registered model; it needs no knowledge of any.
 *
 * @example describeBaselineModel('prophet', prophetBaseline);
 */
export function describeBaselineModel<Model>(name: string, model: BaselineModel<Model>): void {
  const learn = async (history: Samples, options: BaselineOptions = {}): Promise<Model> => {
    const outcome = await model.fit(history, options);
    if (isRefusal(outcome)) throw new Error(`${outcome.reason}: ${outcome.explanation}`);
    return outcome;
  };
  const forecastOf = async (
    history: Samples,
    options: BaselineOptions = {},
    times = asked,
  ): Promise<Forecast> => model.forecast(await learn(history, options), forecastTimes(times));

  describe(`${name} as a baseline model`, () => {
    it.each(Object.entries(histories))(
      'gives a sound band or an explained refusal for %s',
      async (_, history) => {
        const outcome = await model.fit(history, {});
        if (isRefusal(outcome)) {
          expect(outcome.explanation.length).toBeGreaterThan(20);
          expect(outcome.reason).not.toBe('optimizer-failed');
          return;
        }
        expectSound(model.forecast(outcome, forecastTimes(asked)), asked.length);
        expect(model.skill(outcome)).toBeLessThanOrEqual(1);
      },
    );

    it.each(['nothing at all', 'three samples', 'nothing but NaN'])('refuses %s', async (history) => {
      expect(isRefusal(await model.fit(histories[history]!, {}))).toBe(true);
    });

    it.each(['a constant', 'sixty percent missing', 'a scale of 1e12', 'steps of 1 h'])(
      'accepts %s',
      async (history) => {
        expect(isRefusal(await model.fit(histories[history]!, {}))).toBe(false);
      },
    );

    it('follows a daily wave: its band holds about the share of new samples that was asked for', async () => {
      const whole = syntheticSeries({
        days: 21,
        noise: 2,
        shape: (s) => 50 + 10 * Math.sin((2 * Math.PI * s) / DAY_SECONDS),
      });
      const history = keepRows(whole, (row) => row < 14 * 288);
      const future = keepRows(whole, (row) => row >= 14 * 288);
      const fitted = await learn(history, { intervalWidth: 0.9 });
      const { lower, upper } = model.forecast(fitted, forecastTimes(future.timesSeconds));
      const inside = future.values.filter((value, row) => value >= lower[row]! && value <= upper[row]!);
      expect(inside.length / future.values.length).toBeGreaterThan(0.8);
      expect(inside.length / future.values.length).toBeLessThan(0.97);
      expect(model.skill(fitted)).toBeGreaterThan(0.5);
    });

    it('shifts and scales with the series', async () => {
      const history = syntheticSeries({ stepSeconds: 1800 });
      const base = await forecastOf(history);
      await fc.assert(
        fc.asyncProperty(
          fc.double({ min: -1e4, max: 1e4, noNaN: true }),
          fc.double({ min: -6, max: 6, noNaN: true }),
          async (shift, exponent) => {
            const factor = 10 ** exponent;
            const moved = await forecastOf(shifted(scaled(history, factor), shift * factor));
            for (const edge of ['expected', 'lower', 'upper'] as const) {
              expect(
                worstDifference(moved[edge], base[edge], (value) => (value + shift) * factor) / factor,
              ).toBeLessThan(1e-4);
            }
            expect(
              worstDifference(moved.seasonal, base.seasonal, (value) => value * factor) / factor,
            ).toBeLessThan(1e-4);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('does not depend on the order of the samples, to the bit', async () => {
      const history = syntheticSeries({ stepSeconds: 1800 });
      const base = await forecastOf(history);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 1e9 }), async (seed) => {
          expect(await forecastOf(shuffled(history, seed))).toEqual(base);
        }),
        { numRuns: 10 },
      );
    });

    it('is deterministic: a second fit gives the same model to the bit', async () => {
      const history = syntheticSeries({ seed: 7 });
      expect(await learn(history)).toEqual(await learn(history));
    });

    it('leaves the history as it was', async () => {
      const history = shuffled(syntheticSeries({ stepSeconds: 1800 }), 5);
      const before = structuredClone(history);
      await learn(history);
      expect(history).toEqual(before);
    });

    it('gives each time the same band, whatever other times are asked for with it', async () => {
      const fitted = await learn(syntheticSeries());
      const together = model.forecast(fitted, forecastTimes(asked));
      for (const row of [0, 17, 250, 499]) {
        const alone = model.forecast(fitted, forecastTimes(asked.slice(row, row + 1)));
        expect(alone.expected[0]).toBe(together.expected[row]);
        expect(alone.upper[0]).toBe(together.upper[row]);
      }
    });

    it.each(['sixty percent missing', 'a constant', 'steps of 1 h'])(
      'forecasts the same after its record was stored and read back: %s',
      async (history) => {
        const fitted = await learn(histories[history]!, { timeZone: 'Europe/Berlin' });
        const restored = model.decode(structuredClone(model.encode(fitted)));
        expect(model.forecast(restored, forecastTimes(asked))).toEqual(
          model.forecast(fitted, forecastTimes(asked)),
        );
      },
    );

    it('refuses a record of an unknown version, and anything else', async () => {
      const record = model.encode(await learn(syntheticSeries({ days: 3 })));
      expect(() => model.decode({ ...record, version: 999 })).toThrow(/version/);
      for (const nonsense of [undefined, null, 7, 'model', {}, []])
        expect(() => model.decode(nonsense)).toThrow();
    });

    it('says until when it has learnt', async () => {
      const history = syntheticSeries({ days: 3 });
      const last = history.timesSeconds.at(-1)!;
      expect(model.trainedUntilSeconds(await learn(history))).toBe(last);
      expect(model.trainedUntilSeconds(await learn(history, { timeZone: 'Asia/Tokyo' }))).toBe(last);
    });

    it('refuses a time zone and a width that do not exist', async () => {
      const history = syntheticSeries({ days: 3 });
      expect(await model.fit(history, { timeZone: 'Mars/Olympus' })).toMatchObject({
        reason: 'invalid-options',
      });
      expect(await model.fit(history, { intervalWidth: 1.5 })).toMatchObject({ reason: 'invalid-options' });
    });

    it('follows the local clock through a change to summer time', async () => {
      // Berlin, 31 March 2024: a wave that peaks at noon by the wall clock, before and after.
      const from = Date.UTC(2024, 2, 20) / 1000;
      const change = Date.UTC(2024, 2, 31, 1) / 1000;
      const atNoon = (seconds: number): number => {
        const local = from + seconds + (from + seconds >= change ? 7200 : 3600);
        return -10 * Math.cos((2 * Math.PI * local) / DAY_SECONDS);
      };
      const history = syntheticSeries({
        startSeconds: from,
        stepSeconds: 600,
        days: 16,
        noise: 0.3,
        shape: atNoon,
      });
      const times = Float64Array.from({ length: 288 }, (_, index) => from + 16 * DAY_SECONDS + index * 600);
      const truth = times.map((time) => atNoon(time - from));
      const local = await forecastOf(history, { timeZone: 'Europe/Berlin' }, times);
      const universal = await forecastOf(history, {}, times);
      expectSound(local, times.length);
      expect(meanDifference(local.expected, truth)).toBeLessThan(
        0.6 * meanDifference(universal.expected, truth),
      );
    });
  });
}

function expectSound({ expected, lower, upper, seasonal }: Forecast, count: number): void {
  for (const column of [expected, lower, upper, seasonal]) {
    expect(column.length).toBe(count);
    expect(column.every(Number.isFinite)).toBe(true);
  }
  expect(expected.every((value, row) => lower[row]! <= value && value <= upper[row]!)).toBe(true);
  expect(expected.some((_, row) => upper[row]! > lower[row]!)).toBe(true);
}

/** The largest difference of `values` from what `map` makes of `base`. */
function worstDifference(values: Float64Array, base: Float64Array, map: (value: number) => number): number {
  return values.reduce((worst, value, row) => Math.max(worst, Math.abs(value - map(base[row]!))), 0);
}

function meanDifference(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, row) => sum + Math.abs(value - right[row]!), 0) / left.length;
}

function scaled(samples: Samples, factor: number): Samples {
  return { ...samples, values: samples.values.map((value) => value * factor) };
}

function shifted(samples: Samples, by: number): Samples {
  return { ...samples, values: samples.values.map((value) => value + by) };
}

function withValue(samples: Samples, rows: readonly number[], value: number): Samples {
  return {
    ...samples,
    values: samples.values.map((original, row) => (rows.includes(row) ? value : original)),
  };
}

function shiftHalf({ timesSeconds, values }: Samples, bySeconds: number): Samples {
  const half = timesSeconds.length / 2;
  return { timesSeconds: timesSeconds.map((time, row) => (row < half ? time : time + bySeconds)), values };
}

function shiftFirst({ timesSeconds, values }: Samples, bySeconds: number): Samples {
  return { timesSeconds: timesSeconds.map((time, row) => (row === 0 ? time + bySeconds : time)), values };
}

function jittered({ timesSeconds, values }: Samples): Samples {
  const random = seededRandom(12);
  return { timesSeconds: timesSeconds.map((time) => time + 3 * random()), values };
}

function shuffled({ timesSeconds, values }: Samples, seed: number): Samples {
  const random = seededRandom(seed);
  const rows = Array.from(timesSeconds.keys(), (row) => ({ row, rank: random() })).sort(
    (a, b) => a.rank - b.rank,
  );
  return {
    timesSeconds: Float64Array.from(rows, ({ row }) => timesSeconds[row]!),
    values: Float64Array.from(rows, ({ row }) => values[row]!),
  };
}

function shuffledTwice(samples: Samples): Samples {
  const [first, second] = [shuffled(samples, 1), shuffled(samples, 2)];
  return {
    timesSeconds: Float64Array.from([...first.timesSeconds, ...second.timesSeconds]),
    values: Float64Array.from([...first.values, ...second.values]),
  };
}
