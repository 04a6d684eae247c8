import { describe, expect, it } from 'vitest';
import { detectors } from '../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { evaluateSeries, type SeriesEvaluation } from '../../lib/evaluation/series-evaluation.ts';
import { type TunedSettings, tune } from '../../lib/evaluation/tuning.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { simulatedValue } from '../../lib/sources/simulation/simulated-series.ts';
import { judgedSeries, outcomeOf, plainDetector, scoresOf } from './judged-series.ts';

const DAY = 86_400;
const STEP = 900;
const monitor = {
  detector: detectors.rarity,
  settings: defaultDetectionSettings,
  stepSeconds: STEP,
  skipBand: true,
};

const [recipe] = cpuScenario(3, 1);
const SETTINGS = { fromSeconds: 7 * DAY, kinds: faultNames, injections: 60, seed: 1, bandLevel: 0.99 };

/** Three weeks of a simulated series. */
function evaluation(): SeriesEvaluation {
  const timesSeconds = Float64Array.from({ length: (21 * DAY) / STEP }, (_, index) => index * STEP);
  const samples = { timesSeconds, values: timesSeconds.map((time) => simulatedValue(recipe!, time)) };
  const history = { labels: recipe!.labels, samples, models: [], truth: undefined };
  return evaluateSeries(monitor, history, SETTINGS);
}

describe('tune', () => {
  const candidatesOf = (one: SeriesEvaluation) => tune([one], detectors.rarity, defaultDetectionSettings, 1);

  it('puts what keeps the budget first, and among it what finds the most', () => {
    const candidates = candidatesOf(evaluation());
    const within = candidates.filter(({ isWithinBudget }) => isWithinBudget);
    expect(within.length).toBeGreaterThan(0);
    expect(candidates.slice(0, within.length)).toEqual(within);
    for (const { falseAlertsPerWeek } of within) expect(falseAlertsPerWeek).toBeLessThanOrEqual(1);
    const recalls = within.map(({ recall }) => recall);
    expect(recalls).toEqual(recalls.toSorted((one, other) => other - one));
  });

  it('says what the settings in force give as the evaluation itself does', () => {
    const evaluated = evaluation();
    const inForce = candidatesOf(evaluated).find(
      ({ settings }) =>
        settings.falseAlertsPerWeek === 1 &&
        settings.persistence.hits === 1 &&
        settings.minimumDeviation.absolute === 0,
    );
    const toFind = evaluated.judgement.outcomes.filter(({ injection }) => injection.fault !== 'gap');
    expect(inForce?.recall).toBe(toFind.filter(({ isFound }) => isFound).length / toFind.length);
    const alerts = evaluated.judgement.alertRows.filter((row) => row >= evaluated.firstRow);
    expect(inForce?.falseAlertsPerWeek).toBeCloseTo(alerts.length / 2, 12);
  });
});

describe('the order of tried settings', () => {
  const rows = 205;
  const weekly = { stepSeconds: 6048, firstRow: 5 };
  /** Two judged weeks with scores at the given rows, and one spike of a score, one sample late. */
  const scored = (scores: Readonly<Record<number, number>>, spikeScores: readonly number[], noise = 1) => {
    const { evaluation } = judgedSeries(rows, { ...weekly, scores: scoresOf(rows, scores), noise });
    const injected = spikeScores.map((score) => {
      const { injection } = outcomeOf('spike', 100, 101);
      return { injection, scores: scoresOf(12, { 1: score }) };
    });
    return { ...evaluation, history: { ...evaluation.history, injected } };
  };
  const tried = (evaluations: readonly SeriesEvaluation[], budget: number) =>
    tune(evaluations, plainDetector, defaultDetectionSettings, budget);

  it('tries each budget with each persistence and minimum deviation once', () => {
    const candidates = tried([scored({}, [], 2.468), scored({}, [], 1), scored({}, [], 100)], 1);
    const settings = candidates.map((candidate) => candidate.settings);
    expect(new Set(settings.map((one) => JSON.stringify(one))).size).toBe(36);
    const valuesOf = (read: (one: TunedSettings) => number) =>
      [...new Set(settings.map(read))].toSorted((one, other) => one - other);
    expect(valuesOf((one) => one.falseAlertsPerWeek)).toEqual([0.1, 0.2, 0.5, 1, 2, 5]);
    expect(valuesOf((one) => one.persistence.window)).toEqual([1, 3, 5]);
    // Three times the median noise of the series, with two digits.
    expect(valuesOf((one) => one.minimumDeviation.absolute)).toEqual([0, 7.4]);
    expect(settings.every((one) => one.minimumDeviation.relative === 0)).toBe(true);
  });

  it('counts false alerts a week, found faults and the median delay at each budget', () => {
    // Alerts at 1.01 from one in ten weeks on, at 0 from one a week on; the spikes of 0.5 and 2 likewise.
    const gap = outcomeOf('gap', 100, 100).injection;
    const one = scored({ 2: 5, 50: 1.01, 150: 0 }, [0.5, 2]);
    one.history.injected.push({ injection: gap, scores: scoresOf(12) });
    const candidates = tried([one, scored({}, [])], 1).filter(
      ({ settings }) => settings.persistence.hits === 1 && settings.minimumDeviation.absolute === 0,
    );
    const at = (budget: number) => candidates.find(({ settings }) => settings.falseAlertsPerWeek === budget)!;
    expect(at(0.1)).toMatchObject({
      falseAlertsPerWeek: 1 / 4,
      recall: 1 / 2,
      medianDelaySeconds: 6048,
      isWithinBudget: true,
    });
    expect(at(0.5)).toMatchObject({ falseAlertsPerWeek: 1 / 4, recall: 1 });
    expect(at(1)).toMatchObject({ falseAlertsPerWeek: 2 / 4, recall: 1 });
  });

  it('is by recall within the budget, and by fewer false alerts beyond it', () => {
    const budgets = (evaluation: SeriesEvaluation, budget: number) =>
      tried([evaluation], budget)
        .filter(({ settings }) => settings.persistence.hits === 1 && settings.minimumDeviation.absolute === 0)
        .map(({ settings, isWithinBudget }) => [settings.falseAlertsPerWeek, isWithinBudget]);
    // A spike that is found from one a week on; one false alert below that, two at two a week, three at five.
    const evaluation = scored({ 50: 1.5, 120: -0.2, 180: -0.6 }, [0]);
    expect(budgets(evaluation, 1)).toEqual([
      [1, true],
      [2, true],
      [0.1, true],
      [0.2, true],
      [0.5, true],
      [5, false],
    ]);
    expect(budgets(evaluation, 0.4)).toEqual([
      [1, false],
      [0.1, false],
      [0.2, false],
      [0.5, false],
      [2, false],
      [5, false],
    ]);
  });
});
