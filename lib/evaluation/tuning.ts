import type { Detector } from '../detector/detector.ts';
import type { DetectionSettings } from '../detector/settings.ts';
import { quantile } from '../series/quantile.ts';
import { judgedWeeks } from './calibration-curve.ts';
import { scoreEvents } from './event-scores.ts';
import { faults } from './faults/registry.ts';
import { judge } from './judgement.ts';
import type { SeriesEvaluation } from './series-evaluation.ts';

/** The three settings that are tuned; the others stay unchanged. */
export type TunedSettings = Pick<
  DetectionSettings,
  'falseAlertsPerWeek' | 'persistence' | 'minimumDeviation'
>;

/** Tried settings and their results. */
export interface TuningCandidate {
  readonly settings: TunedSettings;
  readonly falseAlertsPerWeek: number;
  /** Fraction of the injected faults found, 0 to 1; NaN when none was injected. */
  readonly recall: number;
  /** Over the found faults; NaN when none was found. */
  readonly medianDelaySeconds: number;
  /** At most as many false alerts as the budget. */
  readonly isWithinBudget: boolean;
}

const BUDGETS = [0.1, 0.2, 0.5, 1, 2, 5] as const;
const PERSISTENCE = [
  { hits: 1, window: 1 },
  { hits: 2, window: 3 },
  { hits: 3, window: 5 },
] as const;
/** In units of the noise: none, and half of what single samples deviate by all the time. */
const DEVIATIONS = [0, 3] as const;
const DIGITS = 2;

/**
 * Tries settings on a history that was scored once; best first. Those within the budget come first: ordered
 * by more recall, then less delay, then fewer false alerts. The others are ordered by fewer false alerts.
 *
 * @param evaluations of one metric; at least one.
 * @param budgetPerWeek the accepted false alerts per series and week.
 */
export function tune(
  evaluations: readonly SeriesEvaluation[],
  detector: Pick<Detector<never>, 'name' | 'alerting'>,
  settings: DetectionSettings,
  budgetPerWeek: number,
): TuningCandidate[] {
  const noise = quantile(
    Float64Array.from(evaluations, (evaluation) => evaluation.noise),
    0.5,
  );
  const candidates = BUDGETS.flatMap((falseAlertsPerWeek) =>
    PERSISTENCE.flatMap((persistence) =>
      DEVIATIONS.map((deviation): TunedSettings => {
        const absolute = Number((deviation * noise).toPrecision(DIGITS));
        return {
          falseAlertsPerWeek,
          persistence,
          minimumDeviation: { ...settings.minimumDeviation, absolute },
        };
      }),
    ),
  );
  return candidates
    .map((tuned) => tried(evaluations, detector, { ...settings, ...tuned }, tuned, budgetPerWeek))
    .sort(byMerit);
}

function tried(
  evaluations: readonly SeriesEvaluation[],
  detector: Pick<Detector<never>, 'name' | 'alerting'>,
  all: DetectionSettings,
  settings: TunedSettings,
  budgetPerWeek: number,
): TuningCandidate {
  let falseAlerts = 0;
  let weeks = 0;
  let injected = 0;
  const delays: number[] = [];
  for (const evaluation of evaluations) {
    const { alertRows, outcomes } = judge(evaluation.history, detector, all);
    falseAlerts += scoreEvents(alertRows, evaluation.incidents, evaluation.firstRow).falseAlerts;
    weeks += judgedWeeks(evaluation);
    for (const { injection, delaySeconds } of outcomes) {
      if (faults[injection.fault].expects !== 'alert') continue;
      injected += 1;
      if (delaySeconds !== undefined) delays.push(delaySeconds);
    }
  }
  const falseAlertsPerWeek = falseAlerts / weeks;
  return {
    settings,
    falseAlertsPerWeek,
    recall: delays.length / injected,
    medianDelaySeconds: quantile(Float64Array.from(delays), 0.5),
    isWithinBudget: falseAlertsPerWeek <= budgetPerWeek,
  };
}

function byMerit(one: TuningCandidate, other: TuningCandidate): number {
  if (one.isWithinBudget !== other.isWithinBudget) return one.isWithinBudget ? -1 : 1;
  const byRecall = other.recall - one.recall || one.medianDelaySeconds - other.medianDelaySeconds;
  const byAlerts = one.falseAlertsPerWeek - other.falseAlertsPerWeek;
  return one.isWithinBudget ? byRecall || byAlerts || 0 : byAlerts || byRecall || 0;
}
