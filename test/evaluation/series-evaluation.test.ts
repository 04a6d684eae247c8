import { describe, expect, it } from 'vitest';
import { intervalRule } from '../../lib/detector/interval-rule.ts';
import { type DetectionSettings, defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { noiseScaleOf } from '../../lib/evaluation/noise-scale.ts';
import {
  type EvaluatedHistory,
  type EvaluationSettings,
  evaluateSeries,
} from '../../lib/evaluation/series-evaluation.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';
import { flatModel } from './judged-series.ts';

const STEP_SECONDS = 600;
const DAY_ROWS = 144;
const ROWS = 4 * DAY_ROWS;
const timesSeconds = Float64Array.from({ length: ROWS }, (_, row) => row * STEP_SECONDS);
const noisy = timesSeconds.map((_, row) => 20 + normalAt(5, row));

function evaluated(
  changes: Partial<EvaluatedHistory> = {},
  wishes: Partial<EvaluationSettings> = {},
  domain: DetectionSettings['domain'] = {},
) {
  const settings = { ...defaultDetectionSettings, domain };
  const monitor = { detector: intervalRule, settings, stepSeconds: STEP_SECONDS };
  const history: EvaluatedHistory = {
    labels: { instance: 'a' },
    samples: { timesSeconds, values: noisy },
    models: [flatModel(DAY_ROWS, ROWS, 20, 4.5)],
    truth: undefined,
    ...changes,
  };
  return evaluateSeries(monitor, history, {
    fromSeconds: 2 * DAY_ROWS * STEP_SECONDS,
    kinds: ['spike', 'dip'],
    injections: 30,
    seed: 1,
    bandLevel: 0.99,
    ...wishes,
  });
}

describe('the evaluation of a series', () => {
  it('finds faults of twenty times the noise, injected into the judged part, with the detector of the monitor', () => {
    const { labels, stepSeconds, firstRow, judgement, incidents } = evaluated();
    expect([labels, stepSeconds, firstRow, incidents]).toEqual([{ instance: 'a' }, 600, 2 * DAY_ROWS, []]);
    expect(judgement.outcomes).toHaveLength(30);
    for (const { injection, isFound } of judgement.outcomes) {
      expect(injection.firstIndex).toBeGreaterThanOrEqual(firstRow);
      if (injection.sizeIndex === 2) expect(isFound).toBe(true);
    }
    expect(new Set(judgement.outcomes.map(({ injection }) => injection.fault))).toEqual(
      new Set(['spike', 'dip']),
    );
  });

  it('is the same for the same seed, and has other places for another', () => {
    const placesOf = (seed: number) =>
      evaluated({}, { seed }).judgement.outcomes.map(({ injection }) => injection.firstIndex);
    expect(placesOf(1)).toEqual(placesOf(1));
    expect(placesOf(2)).not.toEqual(placesOf(1));
  });

  it('measures the noise about what the models expect, or about the day before where there is none', () => {
    const expected = new Float64Array(ROWS).fill(Number.NaN).fill(20, DAY_ROWS);
    const samples = { timesSeconds, values: noisy };
    expect(evaluated().noise).toBe(noiseScaleOf(samples, STEP_SECONDS, expected));
    const none = new Float64Array(ROWS).fill(Number.NaN);
    expect(evaluated({ models: [] }).noise).toBe(noiseScaleOf(samples, STEP_SECONDS, none));
    // A model’s forecast may reach beyond the rows for which it is in use.
    const long = { ...flatModel(DAY_ROWS, ROWS + 50, 20, 4.5), endRow: 3 * DAY_ROWS };
    const next = flatModel(3 * DAY_ROWS, ROWS, 20, 4.5);
    expect(evaluated({ models: [long, next] }).noise).toBe(evaluated().noise);
  });

  it('judges the bands over the judged rows alone', () => {
    const { band } = evaluated();
    expect(band.samples).toBe(2 * DAY_ROWS);
    expect(band.inside).toBe(2 * DAY_ROWS);
    expect(evaluated({}, { fromSeconds: 0 }).band.samples).toBe(3 * DAY_ROWS);
  });

  it('begins to judge at the first sample that is not before the given time', () => {
    expect(evaluated({}, { fromSeconds: 2 * STEP_SECONDS }).firstRow).toBe(2);
    expect(evaluated({}, { fromSeconds: 2 * STEP_SECONDS + 1 }).firstRow).toBe(3);
    expect(evaluated({}, { fromSeconds: -1 }).firstRow).toBe(0);
  });

  it('judges and injects nothing when the whole history is warm-up', () => {
    const { firstRow, judgement, band } = evaluated({}, { fromSeconds: ROWS * STEP_SECONDS });
    expect([firstRow, judgement.outcomes, band.samples]).toEqual([ROWS, [], 0]);
  });

  it('takes the incidents from the labels, and injects nothing into them', () => {
    const truth = new Uint8Array(ROWS);
    truth.fill(1, 300, 400).fill(1, 450, 500);
    const { incidents, judgement } = evaluated({ truth });
    expect(incidents).toEqual([
      { firstIndex: 300, lastIndex: 399 },
      { firstIndex: 450, lastIndex: 499 },
    ]);
    expect(judgement.outcomes.length).toBeGreaterThan(10);
    for (const { injection } of judgement.outcomes)
      for (const { firstIndex, lastIndex } of incidents)
        expect(injection.lastIndex < firstIndex || injection.firstIndex > lastIndex).toBe(true);
  });

  it('clips what it injects to the domain, whose minimum is 0 for a series without negative values', () => {
    const injectedOf = (values: Float64Array, domain: DetectionSettings['domain'] = {}) => {
      const { judgement } = evaluated({ samples: { timesSeconds, values }, models: [] }, {}, domain);
      return judgement.outcomes.flatMap(({ injection }) => [...injection.values]);
    };
    const low = noisy.map((value) => value - 12);
    expect(Math.min(...low)).toBeGreaterThan(0);
    expect(Math.min(...injectedOf(low))).toBe(0);
    expect(Math.min(...injectedOf(low, { maximum: 15 }))).toBe(0);
    expect(Math.max(...injectedOf(low, { maximum: 15 }))).toBe(15);
    expect(Math.min(...injectedOf(low, { minimum: 2 }))).toBe(2);
    const withNegatives = low.map((value, row) => (row === 0 ? -1 : value));
    expect(Math.min(...injectedOf(withNegatives))).toBeLessThan(-5);
    const withZero = low.map((value, row) => (row === 0 ? 0 : value));
    expect(Math.min(...injectedOf(withZero))).toBe(0);
  });
});
