import { describe, expect, it } from 'vitest';
import type { BaselineModel } from '../../lib/baseline/baseline-model.ts';
import { baselineModels } from '../../lib/baseline/registry.ts';
import { forecastTimes } from '../../lib/prophet/forecast-times.ts';
import { isRefusal, refuse } from '../../lib/prophet/refusal.ts';
import { cleanSamples } from '../../lib/series/cleaning.ts';
import { quantile } from '../../lib/series/quantile.ts';
import { syntheticSeries } from '../prophet/synthetic.ts';

/*
 * How to add a baseline model, in two steps.
 *
 * 1. One file in lib/baseline that implements the port, such as this one: the median of the history at all times.
 *    Clean the history first, refuse what cannot be learnt from, keep the model a plain record.
 */
interface MedianModel {
  readonly kind: 'median';
  readonly median: number;
  readonly halfWidth: number;
  readonly trainedUntilSeconds: number;
}

const median: BaselineModel<MedianModel> = {
  async fit(history, { intervalWidth = 0.99 }) {
    const { timesSeconds, values } = cleanSamples(history).samples;
    if (values.length < 8)
      return refuse('too-few-samples', `There are ${values.length} usable samples; it needs 8.`);
    const middle = quantile(values, 0.5);
    const spread = quantile(
      values.map((value) => Math.abs(value - middle)),
      intervalWidth,
    );
    const halfWidth = Math.max(spread, 1e-6 * (Math.abs(middle) || 1));
    return { kind: 'median', median: middle, halfWidth, trainedUntilSeconds: timesSeconds.at(-1)! };
  },
  forecast(model, { timesSeconds }) {
    const constant = (value: number): Float64Array => new Float64Array(timesSeconds.length).fill(value);
    return {
      expected: constant(model.median),
      lower: constant(model.median - model.halfWidth),
      upper: constant(model.median + model.halfWidth),
      seasonal: constant(0),
    };
  },
  skill: () => 0,
  trainedUntilSeconds: (model) => model.trainedUntilSeconds,
  encode: (model) => ({ version: 1, ...model }),
  decode: (record) => {
    if (!isMedianRecord(record))
      throw new Error('This is not a median model of version 1. Train the series again.');
    const { version: _, ...model } = record;
    return model;
  },
};

function isMedianRecord(record: unknown): record is MedianModel & { readonly version: 1 } {
  return (
    typeof record === 'object' &&
    record !== null &&
    'kind' in record &&
    record.kind === 'median' &&
    'version' in record &&
    record.version === 1
  );
}

/*
 * 2. One line in lib/baseline/forecasters.ts, and the same line for the conformance kit in registry.test.ts:
 *    describeBaselineModel('median', baselineModels.median);
 */
const registered = { ...baselineModels, median } as const satisfies Record<string, BaselineModel<unknown>>;

describe('a new baseline model', () => {
  it('stands beside the others in the registry and is used through the same port', async () => {
    const history = syntheticSeries({ days: 3 });
    const times = forecastTimes(Float64Array.of(history.timesSeconds.at(-1)! + 300));
    const bands = [
      await bandOf(registered.prophet, times, history),
      await bandOf(registered['seasonal-naive'], times, history),
      await bandOf(registered.median, times, history),
    ];
    for (const { lower, upper } of bands) expect(lower).toBeLessThan(upper);
  });

  it('explains why it refuses', async () => {
    const outcome = await median.fit(syntheticSeries({ days: 0.01 }), {});
    expect(isRefusal(outcome) && outcome.explanation).toMatch(/3 usable samples/);
  });
});

async function bandOf<Model>(
  model: BaselineModel<Model>,
  times: ReturnType<typeof forecastTimes>,
  history: Parameters<BaselineModel<Model>['fit']>[0],
): Promise<{ lower: number; upper: number }> {
  const outcome = await model.fit(history, {});
  if (isRefusal(outcome)) throw new Error(outcome.explanation);
  const { lower, upper } = model.forecast(outcome, times);
  return { lower: lower[0]!, upper: upper[0]! };
}
