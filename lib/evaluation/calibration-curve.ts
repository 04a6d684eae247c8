import type { Detector } from '../detector/detector.ts';
import type { DetectionSettings } from '../detector/settings.ts';
import { type Calibration, calibrationOf } from './calibration.ts';
import { scoreEvents } from './event-scores.ts';
import { judge } from './judgement.ts';
import type { SeriesEvaluation } from './series-evaluation.ts';

/** Budgets of the curve, in false alerts per series and week: from one in ten weeks to one a day. */
const BUDGETS = [0.1, 0.2, 0.5, 1, 2, 3.5, 7] as const;
const WEEK_SECONDS = 604_800;

/** Realized false alerts at each budget, over all series. */
export function calibrationCurve(
  evaluations: readonly SeriesEvaluation[],
  detector: Pick<Detector<never>, 'name' | 'alerting'>,
  settings: DetectionSettings,
): Calibration[] {
  const weeks = evaluations.reduce((sum, evaluation) => sum + judgedWeeks(evaluation), 0);
  return BUDGETS.map((falseAlertsPerWeek) => {
    const falseAlerts = evaluations.reduce((sum, { history, incidents, firstRow }) => {
      const undisturbed = { ...history, injected: [] };
      const { alertRows } = judge(undisturbed, detector, { ...settings, falseAlertsPerWeek });
      return sum + scoreEvents(alertRows, incidents, firstRow).falseAlerts;
    }, 0);
    return calibrationOf(falseAlerts, weeks, falseAlertsPerWeek);
  });
}

/** The length of the judged part of a series, in weeks of its steps; gaps do not count. */
export function judgedWeeks({ samples, firstRow, stepSeconds }: SeriesEvaluation): number {
  return ((samples.values.length - firstRow) * stepSeconds) / WEEK_SECONDS;
}
