import { describe, expect, it } from 'vitest';
import { baselineModels } from '../../../lib/baseline/registry.ts';
import type { Detector } from '../../../lib/detector/detector.ts';
import { monitorSample, startSeries } from '../../../lib/detector/monitor-series.ts';
import { detectors } from '../../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { faultNames } from '../../../lib/evaluation/faults/registry.ts';
import { judge } from '../../../lib/evaluation/judgement.ts';
import { labelledSentence } from '../../../lib/evaluation/labelled-sentence.ts';
import type { Feedback } from '../../../lib/models/feedback.ts';
import { evaluate, type HistoryToEvaluate } from '../../../lib/pipeline/evaluation/evaluate.ts';
import { usualTraining } from '../../../lib/pipeline/evaluation/nightly-models.ts';
import { nightlyModels } from '../../../lib/pipeline/evaluation/series-models.ts';
import type { Series } from '../../../lib/series/series.ts';
import { HISTORY_STEP, simulatedHistory } from '../simulated-history.ts';
import { detectorThatSays } from '../tick/detector-that-says.ts';

const DAY = 86_400;

const monitor = { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: HISTORY_STEP };
const request: HistoryToEvaluate = {
  name: 'cpu',
  monitor,
  models: undefined,
  series: simulatedHistory(14, 1),
  kinds: faultNames,
  injections: 60,
  seed: 7,
};

describe('evaluate', () => {
  it('finds large faults, misses small ones, and keeps about the budget on a well-behaved metric', async () => {
    const { card } = await evaluate({
      ...request,
      series: simulatedHistory(21, 2),
      models: nightlyModels(baselineModels['seasonal-naive'], usualTraining, 0.99),
      injections: 120,
    });
    const shares = (fault: string) =>
      card.table.find((row) => row.fault === fault)?.cells.map(({ share }) => share.value ?? 0) ?? [];
    expect(shares('spike')[2]).toBeGreaterThanOrEqual(shares('spike')[0]!);
    expect(shares('level-shift-up')[2]).toBeGreaterThan(0.7);
    expect(card.metrics.recall.value).toBeGreaterThan(card.metrics.recallByChance.value!);
    expect(card.metrics.falseAlertsPerWeek.value).toBeLessThan(3);
    expect(card.metrics.coverage.value).toBeGreaterThan(0.9);
  });

  it('gives the same answer for the same seed and another for another', async () => {
    const [one, again, other] = await Promise.all([
      evaluate(request),
      evaluate(request),
      evaluate({ ...request, seed: 8 }),
    ]);
    expect(again).toEqual(one);
    expect(other.series[0]?.judgement.outcomes).not.toEqual(one.series[0]?.judgement.outcomes);
  });

  it('replays the undisturbed history exactly as the tick would, whatever is injected', async () => {
    const [{ samples }] = request.series as [Series];
    const { series } = await evaluate(request);
    const state = startSeries(monitor);
    const alerted: number[] = [];
    samples.timesSeconds.forEach((timeSeconds, row) => {
      const { events } = monitorSample(
        monitor,
        state,
        { timeSeconds, value: samples.values[row]! },
        undefined,
        {
          isModelStale: false,
          isInMaintenance: false,
          seasonalSkill: 0,
        },
      );
      if (events.some(({ kind }) => kind !== 'resolved')) alerted.push(row);
    });
    expect(series[0]?.judgement.alertRows).toEqual(alerted);
    expect(series[0]?.judgement.outcomes.length).toBeGreaterThan(40);
  });

  it('judges each injection as if the whole history had been replayed with it', async () => {
    const [{ samples }] = request.series as [Series];
    const { series } = await evaluate(request);
    for (const { injection, delaySeconds } of series[0]!.judgement.outcomes.slice(0, 15)) {
      const state = startSeries(monitor);
      let first: number | undefined;
      for (let row = 0; row <= injection.lastIndex + 10; row += 1) {
        const value = injection.values[row - injection.firstIndex] ?? samples.values[row]!;
        const sample = { timeSeconds: samples.timesSeconds[row]!, value };
        const { events } = monitorSample(monitor, state, sample, undefined, {
          isModelStale: false,
          isInMaintenance: false,
          seasonalSkill: 0,
        });
        if (row >= injection.firstIndex && events.some(({ kind }) => kind !== 'resolved')) first ??= row;
      }
      const expected = first === undefined ? undefined : (first - injection.firstIndex) * HISTORY_STEP;
      expect(delaySeconds).toBe(expected);
    }
  });

  it('decides again what was scored once, as a run at the other settings would', async () => {
    const { series } = await evaluate(request);
    const settings = {
      ...defaultDetectionSettings,
      falseAlertsPerWeek: 20,
      persistence: { hits: 2, window: 3 },
      minimumDeviation: { absolute: 1, relative: 0 },
    };
    const again = judge(series[0]!.history, detectors.rarity, settings);
    const run = await evaluate({ ...request, monitor: { ...monitor, settings } });
    expect(again).toEqual(run.series[0]?.judgement);
    expect(again.alertRows).not.toEqual(series[0]?.judgement.alertRows);
  });

  it('takes labels as the truth: incidents count, and alerts on them are not false', async () => {
    const [{ labels, samples }] = request.series as [Series];
    const first = samples.values.length - 500;
    const values = samples.values.map((value, row) =>
      row >= first && row < first + 20 ? value + 60 : value,
    );
    const truth = samples.values.map((_, row) => (row >= first && row < first + 20 ? 1 : 0));
    const broken = { labels, samples: { ...samples, values } };
    const withLabels = await evaluate({
      ...request,
      series: [broken],
      truth: [{ labels, samples: { ...samples, values: truth } }],
    });
    const without = await evaluate({ ...request, series: [broken] });
    expect(withLabels.labelled).toMatchObject({
      incidents: 1,
      recall: { value: 1 },
      delaySeconds: { value: 0 },
    });
    expect(without.labelled).toBeUndefined();
    expect(withLabels.card.metrics.falseAlertsPerWeek.value).toBeLessThan(
      without.card.metrics.falseAlertsPerWeek.value!,
    );
    for (const { injection } of withLabels.series[0]!.judgement.outcomes)
      expect(injection.firstIndex > first + 19 || injection.lastIndex < first).toBe(true);
  });

  it('takes what people said of alerts as labels where no file has any, and says on how many it rests', async () => {
    const [{ labels, samples }] = request.series as [Series];
    const first = samples.values.length - 500;
    const values = samples.values.map((value, row) =>
      row >= first && row < first + 20 ? value + 60 : value,
    );
    const broken = { labels, samples: { ...samples, values } };
    const said = (firstRow: number, lastRow: number, judgement: Feedback['judgement']): Feedback => ({
      incidentId: `${firstRow}`,
      metric: 'cpu',
      labels,
      startSeconds: samples.timesSeconds[firstRow]!,
      endSeconds: samples.timesSeconds[lastRow]!,
      judgement,
      givenAtSeconds: 0,
    });
    const ofAnother = { ...said(first, first + 19, 'confirmed'), labels: { instance: 'another' } };
    const longAgo = { ...said(0, 0, 'confirmed'), startSeconds: 0, endSeconds: 60 };
    const feedback = [said(first, first + 19, 'confirmed'), said(first + 300, first + 301, 'false-alarm')];
    const judged = await evaluate({
      ...request,
      series: [broken],
      feedback: [...feedback, ofAnother, longAgo],
    });
    const unjudged = await evaluate({ ...request, series: [broken], feedback: [ofAnother, longAgo] });
    expect(judged.card.labels).toEqual({ kind: 'judged-alerts', incidents: 1, falseAlarms: 1 });
    expect(judged.labelled).toMatchObject({ incidents: 1, recall: { value: 1 }, delaySeconds: { value: 0 } });
    expect(judged.series[0]?.incidents).toEqual([{ firstIndex: first, lastIndex: first + 19 }]);
    expect(unjudged.card.labels).toBeUndefined();
    expect(judged.card.metrics.falseAlertsPerWeek.value).toBeLessThan(
      unjudged.card.metrics.falseAlertsPerWeek.value!,
    );
    expect(labelledSentence(judged)).toMatch(
      /^1 of 1 confirmed incident was found, at the first sample; .*too high\.$/,
    );
  });

  it('says that a history is too short instead of inventing figures', async () => {
    const { card } = await evaluate({ ...request, series: [] });
    expect(card.headline).toContain('too little history');
    expect(card.metrics.recall.value).toBeNull();
  });
});

describe('what theory gives', () => {
  const run = (detector: Detector<unknown>) => evaluate({ ...request, monitor: { ...monitor, detector } });
  const weeks = 1;

  it('a detector that never fires finds nothing and raises no alert', async () => {
    const { card } = await run(detectorThatSays(() => false));
    expect(card.metrics.recall).toMatchObject({ value: 0, low: 0 });
    expect(card.metrics.recallByChance.value).toBe(0);
    expect(card.metrics.falseAlertsPerWeek).toMatchObject({
      value: 0,
      low: 0,
      high: expect.closeTo(3 / weeks, 6),
    });
    expect(card.metrics.precision.value).toBeNull();
    expect(card.metrics.delaySeconds.value).toBeNull();
    expect(card.metrics.quietOverGaps.value).toBe(1);
    expect(card.metrics.points).toMatchObject({
      precision: { value: null },
      recall: { value: 0 },
      f1: { value: 0 },
    });
  });

  it('one that always fires finds everything at once, by chance as well, at an alert a sample', async () => {
    const { card, series } = await run(detectorThatSays(() => true));
    const samplesPerWeek = (7 * DAY) / HISTORY_STEP;
    expect(card.metrics.recall.value).toBe(1);
    expect(card.metrics.recallByChance.value).toBe(1);
    expect(card.metrics.delaySeconds).toMatchObject({ value: 0, low: 0, high: 0 });
    expect(card.metrics.falseAlertsPerWeek.value).toBeCloseTo(samplesPerWeek, 6);
    expect(card.metrics.precision.value).toBeCloseTo(1 / (1 + samplesPerWeek), 9);
    const injected = series[0]!.judgement.outcomes.filter(({ injection }) => injection.fault !== 'gap');
    const points = injected.reduce((sum, outcome) => sum + outcome.points, 0);
    expect(card.metrics.points.precision.value).toBeCloseTo(points / (points + samplesPerWeek), 9);
    expect(card.metrics.points.recall.value).toBe(1);
  });

  it('an oracle finds everything at once and nothing else: precision, recall and F1 are 1', async () => {
    const { timesSeconds, values } = request.series[0]!.samples;
    const original = new Map(Array.from(timesSeconds, (time, row) => [time, values[row]!]));
    const { card } = await run(
      detectorThatSays(({ timeSeconds, value }) => original.get(timeSeconds) !== value),
    );
    expect(card.metrics.recall.value).toBe(1);
    expect(card.metrics.precision.value).toBe(1);
    expect(card.metrics.f1.value).toBe(1);
    expect(card.metrics.falseAlertsPerWeek.value).toBe(0);
    // The first sample of a ramp or a flatline may equal the real one only by chance of one in 2^52.
    expect(card.metrics.delaySeconds.value).toBe(0);
  });

  it('the benchmark gives silence 0 and the oracle 100', async () => {
    const kinds = ['spike', 'dip', 'level-shift-up', 'ramp'] as const;
    const { timesSeconds, values } = request.series[0]!.samples;
    const original = new Map(Array.from(timesSeconds, (time, row) => [time, values[row]!]));
    const oracle = detectorThatSays(({ timeSeconds, value }) => original.get(timeSeconds) !== value);
    const silence = detectorThatSays(() => false);
    const scoreOf = async (detector: Detector<unknown>) =>
      (await evaluate({ ...request, kinds, monitor: { ...monitor, detector } })).card.metrics.nab.value;
    expect(await scoreOf(silence)).toBeCloseTo(0, 9);
    expect(await scoreOf(oracle)).toBeCloseTo(100, 9);
  });

  it('one that fires at random finds a window of n samples with probability 1 - (1 - p)^n, fault or no fault', async () => {
    const rate = 0.02;
    const { card, series } = await evaluate({
      ...request,
      injections: 600,
      monitor: { ...monitor, detector: detectorThatSays((_, chance) => chance < rate) },
    });
    const toFind = series[0]!.judgement.outcomes.filter(({ injection }) => injection.fault !== 'gap');
    const expected = toFind.map(
      ({ injection }) => 1 - (1 - rate) ** (injection.lastIndex - injection.firstIndex + 11),
    );
    const recall = expected.reduce((sum, share) => sum + share, 0) / expected.length;
    // The sizes of a fault share their places, so what happens there by chance counts once for all of them.
    const sizes = 3;
    const variance = sizes * expected.reduce((sum, share) => sum + share * (1 - share), 0);
    const error = Math.sqrt(variance) / expected.length;
    expect(Math.abs(card.metrics.recall.value! - recall)).toBeLessThan(4 * error);
    // One week of the undisturbed history holds far fewer independent windows than there are injections.
    expect(Math.abs(card.metrics.recallByChance.value! - recall)).toBeLessThan(0.15);
    const alerts = ((7 * DAY) / HISTORY_STEP) * rate;
    expect(Math.abs(card.metrics.falseAlertsPerWeek.value! - alerts)).toBeLessThan(4 * Math.sqrt(alerts));
  });
});
