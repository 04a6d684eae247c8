import { describe, expect, it } from 'vitest';
import { expectedPrecision } from '../../lib/evaluation/expected-precision.ts';
import { detectionMetrics } from '../../lib/evaluation/metrics.ts';
import { nabProfiles, nabScore } from '../../lib/evaluation/nab-score.ts';
import { nabWeeks } from '../../lib/evaluation/nab-weeks.ts';
import type { JudgedSeries } from '../../lib/evaluation/series-evaluation.ts';
import { flatModel, judgedSeries, outcomeOf } from './judged-series.ts';

const LEVEL = 0.9;
const ROWS = 96;
const INCIDENT = { firstIndex: 58, lastIndex: 62 };
const HIGH_ROWS = [30, 31, 50, 60, 61, 90];

/** Four days of hourly samples, the first one warm-up; a false alert in row 30, a real one in row 60. */
function fourDays(): JudgedSeries {
  const timesSeconds = Float64Array.from({ length: ROWS }, (_, row) => row * 3600);
  const values = timesSeconds.map((_, row) => (HIGH_ROWS.includes(row) ? 2 : 0));
  const truth = new Uint8Array(ROWS).fill(1, INCIDENT.firstIndex, INCIDENT.lastIndex + 1);
  return judgedSeries(ROWS, {
    samples: { timesSeconds, values },
    models: [flatModel(24, ROWS)],
    truth,
    firstRow: 24,
    noise: 2,
    incidents: [INCIDENT],
    alertRows: [10, 30, 60],
    outcomes: [
      outcomeOf('spike', 40, 40, { isFound: true, delaySeconds: 0, anomalousPoints: 1 }),
      outcomeOf('spike', 45, 45),
      outcomeOf('dip', 70, 72, {
        isFound: true,
        delaySeconds: 7200,
        isFoundByChance: true,
        anomalousPoints: 2,
      }),
      outcomeOf('gap', 75, 80, { isFound: true, delaySeconds: 3600 }),
      outcomeOf('gap', 80, 82),
    ],
  });
}

describe('detectionMetrics', () => {
  const ofFourDays = () => detectionMetrics([fourDays()], LEVEL, 1);

  it('counts found faults, those found by chance, and gaps without an alert', () => {
    const metrics = ofFourDays();
    expect(metrics.recall).toMatchObject({ value: 2 / 3, units: 3 });
    expect(metrics.recallByChance).toMatchObject({ value: 1 / 3, units: 3 });
    expect(metrics.quietOverGaps).toMatchObject({ value: 1 / 2, units: 2 });
    expect(metrics.delaySeconds).toMatchObject({ value: 3600, units: 2 });
  });

  it('counts a gap with an alert as quiet where the undisturbed history has that alert too', () => {
    const outcomes = [outcomeOf('gap', 50, 55, { isFound: true, isFoundByChance: true, delaySeconds: 0 })];
    expect(detectionMetrics([judgedSeries(96, { outcomes })], LEVEL, 1).quietOverGaps.value).toBe(1);
  });

  it('counts false alerts over the judged days, without the warm-up and the real incidents', () => {
    const metrics = ofFourDays();
    // One false alert in three of the week's seven days.
    expect(metrics.falseAlertsPerWeek.value).toBeCloseTo(7 / 3, 12);
    expect(metrics.falseAlertsPerWeek.units).toBe(3);
  });

  it('states the precision at one incident a week, between the extremes of its parts', () => {
    const metrics = ofFourDays();
    const { recall, falseAlertsPerWeek, precision } = metrics;
    // 2/3 of one incident are found, among 7/3 false alerts.
    expect(precision.value).toBeCloseTo(2 / 9, 12);
    expect(precision.low).toBe(expectedPrecision(recall.low!, falseAlertsPerWeek.high!, 1));
    expect(precision.high).toBe(expectedPrecision(recall.high!, falseAlertsPerWeek.low!, 1));
    expect(precision.low!).toBeLessThan(precision.value!);
    expect(precision.high!).toBeGreaterThan(precision.value!);
    expect(precision.units).toBe(recall.units);
    // 2 x 2/3 x 2/9 / (2/3 + 2/9).
    expect(metrics.f1.value).toBeCloseTo(1 / 3, 12);
  });

  it('counts the samples of faults and of the undisturbed judged days', () => {
    const metrics = ofFourDays();
    // Faults: 3 of 5 samples found. History: row 60 of 5 labelled ones, and row 30 besides.
    expect(metrics.points.precision.value).toBeCloseTo(4 / 5, 12);
    expect(metrics.points.recall.value).toBeCloseTo(4 / 10, 12);
    expect(metrics.points.f1.value).toBeCloseTo(8 / 15, 12);
    expect(metrics.points.f1.units).toBe(6);
  });

  it('gives the coverage of the bands, and their losses in units of the noise', () => {
    const metrics = ofFourDays();
    expect(metrics.coverage).toMatchObject({ value: 66 / 72, units: 3 });
    // 66 samples lose 1/30 and 6 lose 0.7; the noise is 2.
    expect(metrics.pinball.value).toBeCloseTo((66 / 30 + 6 * 0.7) / 72 / 2, 12);
    // The band is 2 wide, and a sample of 2 lies 1 above it: 2 / (1 - 0.9) x 1.
    expect(metrics.intervalScore.value).toBeCloseTo((66 * 2 + 6 * 22) / 72 / 2, 10);
  });

  it('has the benchmark’s score of the judged weeks at its standard profile', () => {
    const metrics = ofFourDays();
    const { score } = nabScore(nabWeeks(fourDays()), 1, nabProfiles.standard);
    expect(metrics.nab.value).toBe(score);
    expect(metrics.nab.units).toBe(1);
  });

  it('pools several series', () => {
    const both = detectionMetrics([fourDays(), judgedSeries(48, { alertRows: [5, 30] })], LEVEL, 1);
    // Three false alerts in five days.
    expect(both.falseAlertsPerWeek.value).toBeCloseTo((3 * 7) / 5, 12);
    expect(both.falseAlertsPerWeek.units).toBe(5);
    // Only days with a model count for the band.
    expect(both.coverage).toMatchObject({ value: 66 / 72, units: 3 });
  });

  it('cuts days by time, so that a day with missing samples has fewer of them', () => {
    // Hours 0 to 11, then 30 to 47: two days, the second from hour 30 on.
    const hours = [...Array(12).keys(), ...Array.from({ length: 18 }, (_, index) => 30 + index)];
    const timesSeconds = Float64Array.from(hours, (hour) => hour * 3600);
    const samples = { timesSeconds, values: new Float64Array(30) };
    const { falseAlertsPerWeek } = detectionMetrics(
      [judgedSeries(30, { samples, alertRows: [3] })],
      LEVEL,
      1,
    );
    expect(falseAlertsPerWeek.units).toBe(2);
    // Gaps do not count as judged time: one alert in 30 hours.
    expect(falseAlertsPerWeek.value).toBeCloseTo(168 / 30, 12);
  });

  it('knows no figure that rests on nothing', () => {
    const without = detectionMetrics([judgedSeries(48, {})], LEVEL, 1);
    for (const figure of ['recall', 'precision', 'f1', 'delaySeconds', 'coverage', 'quietOverGaps'] as const)
      expect(without[figure].value, figure).toBeNull();
    expect(without.falseAlertsPerWeek.value).toBe(0);
    const unjudged = detectionMetrics([judgedSeries(48, { firstRow: 48 })], LEVEL, 1);
    expect(unjudged.falseAlertsPerWeek.value).toBeNull();
    expect(unjudged.nab.value).toBeNull();
  });

  it('has an F1 of 0 where nothing is found', () => {
    const nothing = detectionMetrics(
      [judgedSeries(48, { alertRows: [5], outcomes: [outcomeOf('spike', 20, 20)] })],
      LEVEL,
      1,
    );
    expect(nothing.precision.value).toBe(0);
    expect(nothing.f1.value).toBe(0);
  });
});
