import { describe, expect, it } from 'vitest';
import type { BaselineModel } from '../../../lib/baseline/baseline-model.ts';
import { fitNightly, modelsInUse, refitTimes } from '../../../lib/pipeline/evaluation/nightly-models.ts';
import { refuse } from '../../../lib/prophet/refusal.ts';
import { baselineAt } from '../../../lib/series/band.ts';
import type { Samples } from '../../../lib/series/samples.ts';

const DAY = 86_400;

/** A model that keeps the history it was fitted on, and expects its mean. */
const remembering: BaselineModel<Samples> = {
  fit: async (history) => history,
  forecast({ values }, { timesSeconds }) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const column = new Float64Array(timesSeconds.length).fill(mean);
    return {
      expected: column,
      lower: column,
      upper: column,
      seasonal: new Float64Array(timesSeconds.length),
    };
  },
  skill: () => 0.5,
  trainedUntilSeconds: ({ timesSeconds }) => timesSeconds.at(-1)!,
  encode: (model) => model,
  decode: (record) => record as Samples,
};

function everyMinute(days: number, startSeconds: number, valueAt: (time: number) => number): Samples {
  const timesSeconds = Float64Array.from({ length: days * 1440 }, (_, index) => startSeconds + index * 60);
  return { timesSeconds, values: timesSeconds.map(valueAt) };
}

describe('refitTimes', () => {
  it('refits once two days are there, then at each UTC midnight', () => {
    const noon = DAY / 2;
    const times = [noon, noon + 4 * DAY];
    expect(refitTimes(times, 300)).toEqual([noon + 2 * DAY, 3 * DAY, 4 * DAY]);
  });

  it('never fits a series of less than two days', () => {
    expect(refitTimes([0, 2 * DAY - 1], 300)).toEqual([]);
    expect(refitTimes([], 300)).toEqual([]);
  });
});

describe('fitNightly', () => {
  it('fits on five-minute means of at most 28 days, none of them at or after the fit', async () => {
    const rows = everyMinute(31, 130, (time) => time);
    const fits = await fitNightly(rows, remembering);
    for (const { fromSeconds, model } of fits) {
      const { timesSeconds, values } = model!;
      expect(timesSeconds.at(-1)).toBe(fromSeconds - 300);
      expect(timesSeconds[0]).toBeGreaterThanOrEqual(fromSeconds - 28 * DAY);
      // The values are times: each mean lies within its five minutes.
      for (const [index, time] of timesSeconds.entries())
        expect(Math.floor(values[index]! / 300) * 300).toBe(time);
    }
    expect(fits.at(-1)!.model!.timesSeconds).toHaveLength(28 * 288);
  });

  it('does not change a fit by what comes later', async () => {
    const cut = 5 * DAY;
    const past = await fitNightly(
      everyMinute(8, 0, (time) => time % 977),
      remembering,
    );
    const other = await fitNightly(
      everyMinute(8, 0, (time) => (time < cut ? time % 977 : 1e6)),
      remembering,
    );
    const upToCut = (fits: typeof past) => fits.filter((fit) => fit.fromSeconds <= cut);
    expect(upToCut(other)).toEqual(upToCut(past));
    expect(upToCut(past)).toHaveLength(4);
    expect(other).not.toEqual(past);
  });

  it('leaves missing values and rows that are not newer out of the history', async () => {
    const rows = everyMinute(3, 0, () => 1);
    rows.values[10] = Number.NaN;
    rows.timesSeconds[20] = rows.timesSeconds[19]!;
    rows.values[20] = 1e9;
    const [first] = await fitNightly(rows, remembering);
    expect(new Set(first!.model!.values)).toEqual(new Set([1]));
  });
});

describe('modelsInUse', () => {
  it('has none before the first fit, then the newest model each day', async () => {
    const rows = everyMinute(4, 0, (time) => Math.floor(time / DAY));
    const models = modelsInUse(rows.timesSeconds, await fitNightly(rows, remembering), remembering);
    expect(models.map(({ firstRow, endRow }) => [firstRow, endRow])).toEqual([
      [2 * 1440, 3 * 1440],
      [3 * 1440, 4 * 1440],
    ]);
    expect(models.map(({ forecast }) => baselineAt(forecast, 7).expected)).toEqual([0.5, 1]);
    expect(models[1]?.baselineAt(0).expected).toBe(1);
    expect(models[1]?.seasonalSkill).toBe(0.5);
  });

  it('keeps the last model for a week when the fits after it are refused, then does without', async () => {
    const rows = everyMinute(12, 0, () => 5);
    let nights = 0;
    const failing: typeof remembering = {
      ...remembering,
      fit: async (history) => {
        nights += 1;
        return nights > 1 ? refuse('not-converged', 'No mode was found.') : history;
      },
    };
    const models = modelsInUse(rows.timesSeconds, await fitNightly(rows, failing), failing);
    expect(models.map(({ firstRow, endRow }) => [firstRow, endRow])).toEqual([[2 * 1440, 9 * 1440]]);
  });
});
