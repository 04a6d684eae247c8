import { describe, expect, it } from 'vitest';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import { spikedSeries } from './generated-corpus.ts';
import { runSeries, stepOf } from './run-series.ts';

const series = spikedSeries(2000, 1500, 3);
const rows = {
  timesSeconds: Float64Array.from(series, (one) => one.timeSeconds),
  values: Float64Array.from(series, (one) => one.value),
};
const noBaseline = new Array<undefined>(2000);

describe('runSeries', () => {
  it('alerts at each threshold as a run at that threshold alone would', () => {
    const thresholds = [0, 2, -1, 0.7];
    const together = runSeries(ewmaChart, rows, 300, noBaseline, thresholds);
    const alone = thresholds.map((threshold) => runSeries(ewmaChart, rows, 300, noBaseline, [threshold]));
    expect(together.alertRows).toEqual(alone.map((run) => run.alertRows[0]));
    expect(together.alertRows[1]?.some((row) => row >= 1500 && row < 1510)).toBe(true);
    for (const run of alone) expect(run.scores).toEqual(together.scores);
  });

  it('marks rows that were not scored with NaN', () => {
    const gappy = { ...rows, values: rows.values.with(700, Number.NaN) };
    const { scores } = runSeries(ewmaChart, gappy, 300, noBaseline, [0]);
    expect(scores[0]).toBeNaN();
    expect(scores[700]).toBeNaN();
    expect(scores[701]).not.toBeNaN();
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
