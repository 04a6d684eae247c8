import { describe, expect, it } from 'vitest';
import { detectors } from '../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { evaluateSeries } from '../../lib/evaluation/series-evaluation.ts';
import { tune } from '../../lib/evaluation/tuning.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { simulatedValue } from '../../lib/sources/simulation/simulated-series.ts';

const DAY = 86_400;
const STEP = 300;
const monitor = { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: STEP };

const [evaluation] = cpuScenario(3, 1).map((recipe) => {
  const timesSeconds = Float64Array.from({ length: (21 * DAY) / STEP }, (_, index) => index * STEP);
  const samples = { timesSeconds, values: timesSeconds.map((time) => simulatedValue(recipe, time)) };
  return evaluateSeries(
    monitor,
    { labels: recipe.labels, samples, models: [], truth: undefined },
    { fromSeconds: 7 * DAY, kinds: faultNames, injections: 60, seed: 1, bandLevel: 0.99 },
  );
});

describe('tune', () => {
  const candidates = tune([evaluation!], detectors.rarity, defaultDetectionSettings, 1);

  it('puts what keeps the budget first, and among it what finds the most', () => {
    const within = candidates.filter(({ isWithinBudget }) => isWithinBudget);
    expect(within.length).toBeGreaterThan(0);
    expect(candidates.slice(0, within.length)).toEqual(within);
    for (const { falseAlertsPerWeek } of within) expect(falseAlertsPerWeek).toBeLessThanOrEqual(1);
    const recalls = within.map(({ recall }) => recall);
    expect(recalls).toEqual(recalls.toSorted((one, other) => other - one));
  });

  it('says what the settings in force give as the evaluation itself does', () => {
    const inForce = candidates.find(
      ({ settings }) =>
        settings.falseAlertsPerWeek === 1 &&
        settings.persistence.hits === 1 &&
        settings.minimumDeviation.absolute === 0,
    );
    const toFind = evaluation!.judgement.outcomes.filter(({ injection }) => injection.fault !== 'gap');
    expect(inForce?.recall).toBe(toFind.filter(({ isFound }) => isFound).length / toFind.length);
    const alerts = evaluation!.judgement.alertRows.filter((row) => row >= evaluation!.firstRow);
    expect(inForce?.falseAlertsPerWeek).toBeCloseTo(alerts.length / 2, 12);
  });
});
