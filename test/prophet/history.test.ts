import { describe, expect, it } from 'vitest';
import { isConstant } from '../../lib/prophet/constant-model.ts';
import { type PreparedHistory, type ProphetHistory, prepareHistory } from '../../lib/prophet/history.ts';
import { scalingOf } from '../../lib/prophet/model-assembly.ts';
import { defaultProphetOptions, type ProphetOptions } from '../../lib/prophet/options.ts';
import { type FitRefusal, isRefusal } from '../../lib/prophet/refusal.ts';

/** Eight samples a minute apart, of which the values rise by one. */
function historyOf(changes: Partial<ProphetHistory> = {}): ProphetHistory {
  return {
    timesSeconds: Float64Array.from({ length: 8 }, (_, row) => row * 60),
    values: Float64Array.from({ length: 8 }, (_, row) => 10 + row),
    ...changes,
  };
}
const prepare = (history: ProphetHistory, options: Partial<ProphetOptions> = {}) =>
  prepareHistory(history, { ...defaultProphetOptions, ...options });
function prepared(history: ProphetHistory, options: Partial<ProphetOptions> = {}): PreparedHistory {
  const outcome = prepare(history, options);
  if (isRefusal(outcome)) throw new Error(outcome.explanation);
  return outcome;
}
const refusal = (history: ProphetHistory, options: Partial<ProphetOptions> = {}) =>
  prepare(history, options) as FitRefusal;

const open = { name: 'open hours', periodSeconds: 600, order: 1, condition: 'open' } as const;
const eight = (value: (row: number) => number) => Array.from({ length: 8 }, (_, row) => value(row));

describe('a history before its fit', () => {
  it('has its samples in order, once each, in whole seconds, with its extremes and its step', () => {
    const timesSeconds = Float64Array.of(60.4, 0, 119.6, 180, 240, 300, 360, 420, 480, 540);
    const values = Float64Array.of(2, 1, 3, Number.NaN, 5, -6, 7, 8, 9, Infinity);
    expect(prepared({ timesSeconds, values })).toEqual({
      kind: 'prepared',
      samples: {
        timesSeconds: Float64Array.of(0, 60, 120, 240, 300, 360, 420, 480),
        values: Float64Array.of(1, 2, 3, 5, -6, 7, 8, 9),
      },
      conditions: new Map(),
      regressors: new Map(),
      capacities: undefined,
      stepSeconds: 60,
      minimum: -6,
      maximum: 9,
    });
  });

  it('takes its inputs along, in the order of the samples', () => {
    const timesSeconds = Float64Array.from(eight((row) => (7 - row) * 60));
    const history = historyOf({
      timesSeconds,
      conditions: { open: eight((row) => row % 2) },
      regressors: { load: eight((row) => row / 2) },
      capacities: eight((row) => 100 + row),
    });
    const options = { seasonalities: [open], regressors: [{ name: 'load' }], growth: 'logistic' } as const;
    const { conditions, regressors, capacities } = prepared(history, options);
    expect(conditions).toEqual(new Map([['open', eight((row) => 7 - row).map((row) => row % 2 === 1)]]));
    expect(regressors).toEqual(new Map([['load', Float64Array.from(eight((row) => (7 - row) / 2))]]));
    expect(capacities).toEqual(Float64Array.from(eight((row) => 107 - row)));
    // A capacity is only for logistic growth.
    expect(prepared(history).capacities).toBeUndefined();
  });

  it.each<[string, FitRefusal['reason'], ProphetHistory]>([
    [
      'None of the 8 samples has a finite value: nothing can be learned.',
      'no-finite-samples',
      historyOf({ values: new Float64Array(8).fill(Number.NaN) }),
    ],
    [
      'There are 7 usable samples of 8; a model needs at least 8. Use a longer history.',
      'too-few-samples',
      historyOf({ values: Float64Array.from(eight((row) => (row === 3 ? Number.NaN : row))) }),
    ],
    [
      'There are 100001 samples, more than the 100000 of one fit. Resample to a coarser step first.',
      'too-many-samples',
      {
        timesSeconds: Float64Array.from({ length: 100_001 }, (_, row) => row),
        values: new Float64Array(100_001),
      },
    ],
    [
      'The values run from -1.6e+308 to 1.6e+308: their range is not finite.',
      'no-finite-samples',
      historyOf({ values: Float64Array.from(eight((row) => (row % 2 === 0 ? 1.6e308 : -1.6e308))) }),
    ],
  ])('is refused: %s', (explanation, reason, history) => {
    expect(refusal(history)).toEqual({ kind: 'refusal', reason, explanation });
  });

  it('may have exactly as many samples as a fit takes', () => {
    const timesSeconds = Float64Array.from({ length: 100_000 }, (_, row) => row);
    expect(prepare({ timesSeconds, values: timesSeconds }).kind).toBe('prepared');
  });

  it.each<[string, Partial<ProphetOptions>, Partial<ProphetHistory>]>([
    ['the condition "open" of the seasonality "open hours"', { seasonalities: [open] }, {}],
    ['the condition "open" of the seasonality "open hours"', { seasonalities: [open] }, { conditions: {} }],
    ['the regressor "load"', { regressors: [{ name: 'load' }] }, {}],
    [
      'a finite value of the regressor "load" at every sample',
      { regressors: [{ name: 'load' }] },
      { regressors: { load: eight(() => 1).slice(1) } },
    ],
    [
      'a finite value of the regressor "load" at every sample',
      { regressors: [{ name: 'load' }] },
      { regressors: { load: eight((row) => (row === 7 ? Infinity : 1)) } },
    ],
    ['a carrying capacity above its floor at every sample', { growth: 'logistic' }, {}],
    [
      'a carrying capacity above its floor at every sample',
      { growth: 'logistic' },
      { capacities: eight((row) => (row === 4 ? 10 : 100)) },
    ],
    [
      'a carrying capacity above its floor at every sample',
      { growth: 'logistic' },
      { capacities: eight((row) => (row === 4 ? Infinity : 100)) },
    ],
    ['a carrying capacity above its floor at every sample', { growth: 'logistic' }, { capacities: [100] }],
  ])('is refused when it lacks %s', (what, options, inputs) => {
    expect(refusal(historyOf(inputs), options)).toEqual({
      kind: 'refusal',
      reason: 'missing-input',
      explanation: `The options need ${what}, but the history does not have it.`,
    });
  });

  it('needs a capacity above zero alone when values are scaled by their largest magnitude', () => {
    const history = historyOf({ capacities: eight(() => 5) });
    expect(prepare(history, { growth: 'logistic', scaling: 'absMax' }).kind).toBe('prepared');
    expect(prepare(history, { growth: 'logistic', scaling: 'minMax' }).kind).toBe('refusal');
    const zero = historyOf({ capacities: eight(() => 0) });
    expect(prepare(zero, { growth: 'logistic', scaling: 'absMax' }).kind).toBe('refusal');
  });

  it('is scaled to its range, or by its largest magnitude', () => {
    const range = { minimum: -30, maximum: 10 };
    expect(scalingOf(range, { scaling: 'minMax' })).toEqual({ floor: -30, scale: 40 });
    expect(scalingOf(range, { scaling: 'absMax' })).toEqual({ floor: 0, scale: 30 });
    expect(scalingOf({ minimum: -3, maximum: 10 }, { scaling: 'absMax' }).scale).toBe(10);
  });

  it('is constant when its range is rounding', () => {
    const constant = (minimum: number, maximum: number) =>
      isConstant({ minimum, maximum } as PreparedHistory);
    expect([constant(7, 7), constant(0, 0), constant(1e6, 1e6 + 1e-8)]).toEqual([true, true, true]);
    expect([constant(0, 1e-300), constant(1e6, 1e6 + 1e-6), constant(-1e-6 - 1e6, -1e6)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
