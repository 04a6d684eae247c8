import { describe, expect, it } from 'vitest';
import { ewmaChart } from '../../lib/detector/ewma-chart.ts';
import { intervalRatio } from '../../lib/detector/interval-ratio.ts';
import { intervalRule } from '../../lib/detector/interval-rule.ts';
import { adoptBaseline, startSeries } from '../../lib/detector/monitor-series.ts';
import { normalQuantile, normalSurprise } from '../../lib/detector/normal-tail.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';
import { alertsOf, dailyBaseline, feed, monitorOf, observe } from './monitoring.ts';
import { START_SECONDS, STEP_SECONDS, samplesOf } from './seeded-series.ts';

const at = (index: number) => START_SECONDS + index * STEP_SECONDS;
const flat = { expected: 0, lower: -2.5758, upper: 2.5758, seasonal: 0 };

describe('the normal tail', () => {
  it.each([
    // z and -log10 of the two-sided tail, from tables.
    [0, 0, 0.03],
    [1, 0.49851, 0.01],
    [1.959964, 1.30103, 0.002],
    [3.290527, 3, 0.001],
    [6, 8.70466, 0.001],
    [20, 88.25906, 0.001],
  ])('at %f is 10^-%f', (z, expected, tolerance) => {
    expect(Math.abs(normalSurprise(z) - expected)).toBeLessThan(tolerance);
  });

  it('is inverted by its quantile', () => {
    for (const surprise of [0.5, 1, 3, 10, 100])
      expect(normalSurprise(normalQuantile(surprise))).toBeCloseTo(surprise, 6);
  });
});

describe('the plain rule', () => {
  it('alerts every time a value leaves the interval, with no policy to hold it back', () => {
    const values = [0, 3, 0, -3, -4, 0, 3];
    const samples = values.map((value, index) => ({ timeSeconds: at(index), value }));
    const alerts = alertsOf(observe(monitorOf(intervalRule), samples, () => flat));
    expect(alerts.map(({ timeSeconds }) => timeSeconds)).toEqual([at(1), at(3), at(6)]);
  });

  it('waits for a model', () => {
    const [observation] = observe(
      monitorOf(intervalRule),
      [{ timeSeconds: at(0), value: 1e9 }],
      () => undefined,
    );
    expect(observation!.verdict.kind).toBe('warming-up');
  });
});

describe('the interval ratio', () => {
  it('is anomalous where the normal tail of the 99% band meets the budget', () => {
    // 2016 points a week: one false alert a week is a two-sided tail of 1/2016, 3.48 standard deviations.
    const judge = (value: number) =>
      observe(monitorOf(intervalRatio), [{ timeSeconds: at(0), value }], () => flat)[0]!.verdict;
    expect(judge(3.45).anomalous).toBe(false);
    expect(judge(3.51).anomalous).toBe(true);
    expect(judge(0).band!.upper).toBeCloseTo(3.48, 1);
    expect(judge(-3.51).anomalous).toBe(true);
  });

  it('holds a standing incident to one alert', () => {
    const samples = Array.from({ length: 100 }, (_, index) => ({
      timeSeconds: at(index),
      value: index < 50 ? 0 : 6,
    }));
    expect(alertsOf(observe(monitorOf(intervalRatio), samples, () => flat))).toHaveLength(1);
  });
});

describe('the EWMA chart', () => {
  it('keeps about the budget on independent normal noise', () => {
    const monitor = monitorOf(ewmaChart);
    const weeks = 12;
    let alerts = 0;
    for (let seed = 1; seed <= 3; seed += 1)
      alerts += alertsOf(observe(monitor, samplesOf('noise', seed, weeks * 2016), () => undefined)).length;
    expect(alerts / (3 * weeks)).toBeLessThan(1.5);
    expect(alerts).toBeGreaterThan(0);
  });

  it('finds a small lasting shift that no single point shows', () => {
    const samples = samplesOf('noise', 4, 2000).map((sample, index) => ({
      ...sample,
      value: sample.value + (index >= 1900 ? 2.2 : 0),
    }));
    const alerts = alertsOf(observe(monitorOf(ewmaChart), samples, () => undefined));
    expect(alerts.some(({ timeSeconds }) => timeSeconds >= at(1900) && timeSeconds < at(1920))).toBe(true);
  });

  it('restarts with the first model, and takes over the next one without a jump', () => {
    const monitor = monitorOf(ewmaChart);
    const state = startSeries(monitor);
    const samples = Array.from({ length: 600 }, (_, index) => ({
      timeSeconds: at(index),
      value: dailyBaseline(at(index)).expected + normalAt(7, index),
    }));
    feed(monitor, state, samples.slice(0, 200), () => undefined);
    const withFirst = feed(monitor, state, samples.slice(200, 500));
    expect(withFirst[0]!.verdict.kind).toBe('warming-up');
    expect(alertsOf(withFirst)).toEqual([]);
    const raised = (timeSeconds: number) => {
      const { expected, lower, upper, seasonal } = dailyBaseline(timeSeconds);
      return { expected: expected + 30, lower: lower + 30, upper: upper + 30, seasonal };
    };
    adoptBaseline(monitor, state, raised);
    expect(alertsOf(feed(monitor, state, samples.slice(500), raised))).toEqual([]);
  });
});
