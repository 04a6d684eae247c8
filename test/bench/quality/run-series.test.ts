import { describe, expect, it } from 'vitest';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import type { ModelInUse } from '../../../lib/evaluation/replay.ts';
import { spikedSeries } from './generated-corpus.ts';
import { runSeries, stepOf } from './run-series.ts';

const series = spikedSeries(2000, 1500, 3);
const rows = {
  timesSeconds: Float64Array.from(series, (one) => one.timeSeconds),
  values: Float64Array.from(series, (one) => one.value),
};

describe('runSeries', () => {
  it('alerts at each threshold as a run at that threshold alone would', () => {
    const thresholds = [0, 2, -1, 0.7];
    const together = runSeries(ewmaChart, rows, 300, [], thresholds);
    const alone = thresholds.map((threshold) => runSeries(ewmaChart, rows, 300, [], [threshold]));
    expect(together.alertRows).toEqual(alone.map((run) => run.alertRows[0]));
    expect(together.alertRows[1]?.some((row) => row >= 1500 && row < 1510)).toBe(true);
    for (const run of alone) expect(run.scores).toEqual(together.scores);
  });

  it('marks rows that were not scored with NaN', () => {
    const gappy = { ...rows, values: rows.values.with(700, Number.NaN) };
    const { scores } = runSeries(ewmaChart, gappy, 300, [], [0]);
    expect(scores[0]).toBeNaN();
    expect(scores[700]).toBeNaN();
    expect(scores[701]).not.toBeNaN();
  });
});

describe('the models of a run', () => {
  const model = (firstRow: number, endRow: number, expected: number): ModelInUse => ({
    firstRow,
    endRow,
    seasonalSkill: expected / 10,
    forecast: {
      expected: new Float64Array(endRow - firstRow).fill(expected),
      lower: new Float64Array(endRow - firstRow),
      upper: new Float64Array(endRow - firstRow),
      seasonal: new Float64Array(endRow - firstRow),
    },
    baselineAt: () => ({ expected, lower: 0, upper: 0, seasonal: 0 }),
  });

  it('reach the detector row by row, and each but the first is adopted before its first row', () => {
    const seen: string[] = [];
    const spy: typeof ewmaChart = {
      ...ewmaChart,
      step(state, sample, context) {
        seen.push(`${context.baseline?.expected ?? 'none'} of skill ${context.seasonalSkill}`);
        return ewmaChart.step(state, sample, context);
      },
      adoptBaseline(_state, baselineAt) {
        seen.push(`adopt ${baselineAt(0).expected}`);
      },
    };
    const six = { timesSeconds: rows.timesSeconds.subarray(0, 6), values: rows.values.subarray(0, 6) };
    runSeries(spy, six, 300, [model(1, 3, 4), model(3, 5, 7)], [0]);
    expect(seen).toEqual([
      'none of skill 0',
      '4 of skill 0.4',
      '4 of skill 0.4',
      'adopt 7',
      '7 of skill 0.7',
      '7 of skill 0.7',
      'none of skill 0',
    ]);
  });
});

describe('stepOf', () => {
  it('is the median distance of rows, whatever the gaps and duplicates', () => {
    expect(stepOf(Float64Array.of(0, 60, 120, 120, 180, 9000, 9060))).toBe(60);
  });

  it('is a minute for a series of one row', () => {
    expect(stepOf(Float64Array.of(5))).toBe(60);
  });
});
