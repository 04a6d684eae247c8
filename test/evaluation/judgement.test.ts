import { describe, expect, it } from 'vitest';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import type { Injection } from '../../lib/evaluation/injection-plan.ts';
import { judge } from '../../lib/evaluation/judgement.ts';
import type { ScoredHistory, ScoredInjection } from '../../lib/evaluation/scored-history.ts';
import { plainDetector, scoreOf, scoresOf } from './judged-series.ts';

const ROWS = 60;
const STEP_SECONDS = 60;
/** Minutes, with ten minutes missing before row 12. */
const timesSeconds = Float64Array.from(
  { length: ROWS },
  (_, row) => (row < 12 ? row : row + 10) * STEP_SECONDS,
);
const samples = { timesSeconds, values: new Float64Array(ROWS) };

/** An injection over some rows, and the scores from its first row on; missing ones are -9. */
function injected(
  firstIndex: number,
  lastIndex: number,
  scores: readonly number[],
  value = 1,
): ScoredInjection {
  const values = new Float64Array(lastIndex - firstIndex + 1).fill(value);
  const injection: Injection = {
    fault: Number.isNaN(value) ? 'gap' : 'spike',
    sizeIndex: 0,
    firstIndex,
    lastIndex,
    values,
    effect: 5,
  };
  return { injection, scores: Array.from({ length: 30 }, (_, index) => scoreOf(scores[index] ?? -9)) };
}

function historyOf(scores: Readonly<Record<number, number>>, injections: ScoredInjection[] = []) {
  const history: ScoredHistory = {
    samples,
    stepSeconds: STEP_SECONDS,
    scores: scoresOf(ROWS, scores),
    injected: injections,
    bands: [],
  };
  return judge(history, plainDetector, defaultDetectionSettings);
}

describe('the judgement of a scored history', () => {
  it('has the rows with a notification and the anomalous samples; the end of an incident is none', () => {
    const { alertRows, anomalous, outcomes } = historyOf({ 20: 1, 21: 1, 40: 0 });
    expect(alertRows).toEqual([20, 40]);
    expect([...anomalous.keys()].filter((row) => anomalous[row] === 1)).toEqual([20, 21, 40]);
    expect(anomalous).toHaveLength(ROWS);
    expect(outcomes).toEqual([]);
  });

  it('depends on the budget: a score below the threshold is normal', () => {
    const history: ScoredHistory = {
      samples,
      stepSeconds: STEP_SECONDS,
      scores: scoresOf(ROWS, { 20: 0.5 }),
      injected: [],
      bands: [],
    };
    const at = (falseAlertsPerWeek: number) =>
      judge(history, plainDetector, { ...defaultDetectionSettings, falseAlertsPerWeek }).alertRows;
    expect(at(0.4)).toEqual([20]);
    expect(at(0.3)).toEqual([]);
  });

  it('finds an injection by its own scores, with the time to its first alert and its anomalous samples', () => {
    // Anomalous from its second to its fourth sample; the last one lies after the fault.
    const [outcome] = historyOf({}, [injected(10, 12, [-9, -9, 1, 1])]).outcomes;
    expect(outcome).toMatchObject({ isFound: true, isFoundByChance: false, points: 3, anomalousPoints: 1 });
    // From row 10 to row 12, between which ten minutes are missing.
    expect(outcome!.delaySeconds).toBe(12 * STEP_SECONDS);
  });

  it('finds an injection up to ten samples after its end, and no later', () => {
    const late = (index: number) => injected(20, 21, [...new Array<number>(index).fill(-9), 1]);
    const { outcomes } = historyOf({}, [late(11), late(12)]);
    expect(outcomes.map(({ isFound }) => isFound)).toEqual([true, false]);
    expect(outcomes.map(({ delaySeconds }) => delaySeconds)).toEqual([11 * STEP_SECONDS, undefined]);
    expect(outcomes.map(({ anomalousPoints }) => anomalousPoints)).toEqual([0, 0]);
  });

  it('says which injections an alert of the undisturbed history would find by chance', () => {
    const { outcomes } = historyOf({ 20: 1 }, [
      injected(9, 9, []),
      injected(10, 10, []),
      injected(15, 16, []),
      injected(21, 22, []),
    ]);
    expect(outcomes.map(({ isFoundByChance }) => isFoundByChance)).toEqual([false, true, true, false]);
    expect(outcomes.every(({ isFound }) => !isFound)).toBe(true);
  });

  it('judges each injection from the state before its first row, and the history undisturbed', () => {
    const { alertRows, outcomes } = historyOf({ 20: 1, 21: 1 }, [
      injected(20, 20, [1]), // a new incident, as in the history itself
      injected(21, 21, [1]), // within the incident of row 20: no further notification
      injected(21, 22, [-9, 1]), // ends the incident, and begins another
      injected(30, 30, [1]),
    ]);
    expect(outcomes.map(({ isFound }) => isFound)).toEqual([true, false, true, true]);
    expect(outcomes[2]!.delaySeconds).toBe(STEP_SECONDS);
    expect(alertRows).toEqual([20]);
  });

  it('takes no score for a sample that the fault removed', () => {
    // The first recorded score is that of row 23, the first with a value again.
    const [outcome] = historyOf({}, [injected(20, 22, [1], Number.NaN)]).outcomes;
    expect(outcome).toMatchObject({ isFound: true, delaySeconds: 3 * STEP_SECONDS, anomalousPoints: 0 });
  });

  it('judges an injection at the end of the history by what is left of it', () => {
    const [outcome] = historyOf({}, [injected(ROWS - 2, ROWS - 1, [-9, 1])]).outcomes;
    expect(outcome).toMatchObject({ isFound: true, points: 2, anomalousPoints: 1 });
  });
});
