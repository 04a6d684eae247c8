import { describe, expect, it } from 'vitest';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { calibrationCurve, judgedWeeks } from '../../lib/evaluation/calibration-curve.ts';
import { judgedSeries, outcomeOf, plainDetector, scoreOf, scoresOf } from './judged-series.ts';

/** Five samples of warm-up, then a hundred a week. */
const STEP_SECONDS = 6048;
const FIRST_ROW = 5;

function evaluationOf(weeks: number, scores: Readonly<Record<number, number>>, incidentAt?: number) {
  const rows = FIRST_ROW + 100 * weeks;
  const incidents = incidentAt === undefined ? [] : [{ firstIndex: incidentAt, lastIndex: incidentAt }];
  const recorded = scoresOf(rows, scores);
  return judgedSeries(rows, {
    stepSeconds: STEP_SECONDS,
    firstRow: FIRST_ROW,
    scores: recorded,
    incidents,
  }).evaluation;
}

describe('judgedWeeks', () => {
  it('is the judged steps’ length, without the warm-up', () => {
    expect(judgedWeeks(evaluationOf(3, {}))).toBe(3);
  });
});

describe('the calibration curve', () => {
  it('gives the false alerts a week at each budget, over all series', () => {
    const evaluations = [
      // The threshold of a budget b is -log10(b): 1 at one alert in ten weeks, -0.845 at one a day.
      evaluationOf(2, { 10: 1.01, 40: 0, 80: -0.5, 120: -0.84, 160: -0.85 }),
      // The alert in the warm-up and the one on the incident are not false.
      evaluationOf(2, { 2: 3, 90: 3, 150: 0.75 }, 90),
    ];
    const curve = calibrationCurve(evaluations, plainDetector, defaultDetectionSettings);
    expect(curve.map(({ nominalPerWeek }) => nominalPerWeek)).toEqual([0.1, 0.2, 0.5, 1, 2, 3.5, 7]);
    const falseAlerts = [1, 2, 2, 3, 3, 4, 5];
    expect(curve.map(({ realizedPerWeek }) => realizedPerWeek * 4)).toEqual(falseAlerts);
    expect(curve[0]!.ratio).toBeCloseTo(1 / 4 / 0.1, 12);
  });

  it('leaves the injected faults out', () => {
    const evaluation = evaluationOf(1, {});
    const { injection } = outcomeOf('spike', 50, 50);
    const history = { ...evaluation.history, injected: [{ injection, scores: [scoreOf(5)] }] };
    const curve = calibrationCurve([{ ...evaluation, history }], plainDetector, defaultDetectionSettings);
    expect(curve.every(({ realizedPerWeek }) => realizedPerWeek === 0)).toBe(true);
  });
});
