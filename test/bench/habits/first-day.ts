import type { Detector } from '../../../lib/detector/detector.ts';
import { type SeriesMonitor, type SeriesState, startSeries } from '../../../lib/detector/monitor-series.ts';
import { newcomerAmong, startBeside } from '../../../lib/detector/newcomer.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { replay } from '../../../lib/evaluation/replay.ts';
import { DAY_SECONDS, type Habit, HOUR_SECONDS } from './habit.ts';
import { incidentAt, LEARNT_SECONDS, withIncident } from './incident-plan.ts';
import { alertsOf, type HabitRun, isFound, samplesOfHabit } from './run-habit.ts';

const SIBLING_SEEDS = [11, 12, 13] as const;
const NEWCOMER_SEEDS = [21, 22] as const;
/** Hours of the day at which a new series begins. */
const BEGINNINGS = [3, 10, 17] as const;
/** Hours of a new series' life at which an incident comes. */
const INCIDENT_HOURS = [1, 3, 6, 9, 13, 18] as const;

/** What new series of a metric led to in their first 24 hours, beside siblings that are two weeks old. */
export interface FirstDay {
  readonly series: number;
  readonly alerts: number;
  readonly incidents: number;
  readonly found: number;
}

/** A run with what was measured once a habit. */
export interface MeasuredHabit extends HabitRun {
  readonly firstDay?: FirstDay | undefined;
}

/** Begins series of a habit beside others, and injects incidents of eight of the siblings' spreads into copies of them. */
export function runFirstDay<State>(detector: Detector<State>, original: Habit): FirstDay {
  const habit = { ...original, days: (LEARNT_SECONDS + 2 * DAY_SECONDS) / DAY_SECONDS };
  const { stepSeconds } = habit;
  const monitor = { detector, settings: defaultDetectionSettings, stepSeconds, skipBand: true };
  const siblings = SIBLING_SEEDS.map((seed) => grown(monitor, habit, seed));
  const spread = siblings.map((one) => one.spread).toSorted((one, other) => one - other)[1]!;
  const newcomer = newcomerAmong(
    detector,
    stepSeconds,
    siblings.map(({ state }) => state),
  );
  let [series, alerts, incidents, found] = [0, 0, 0, 0];
  for (const seed of NEWCOMER_SEEDS)
    for (const hour of BEGINNINGS) {
      const samples = samplesOfHabit(habit, seed);
      const firstRow = (LEARNT_SECONDS + hour * HOUR_SECONDS) / stepSeconds;
      const endRow = firstRow + DAY_SECONDS / stepSeconds;
      const state = newcomer === undefined ? startSeries(monitor) : startBeside(detector, newcomer);
      const planned = INCIDENT_HOURS.map((after) =>
        incidentAt(habit, firstRow + (after * HOUR_SECONDS) / stepSeconds),
      );
      series += 1;
      replay(monitor, state, samples, [], {
        firstRow,
        endRow,
        before: (row) => {
          const incident = planned.find((one) => one.firstRow === row);
          if (incident === undefined) return;
          incidents += 1;
          const values = withIncident(habit, samples, incident, spread);
          if (isFound(monitor, state, samples, [], incident, values)) found += 1;
        },
        after: (_, observation) => {
          alerts += alertsOf(observation).length;
        },
      });
    }
  return { series, alerts, incidents, found };
}

/** A series of two weeks, and the spread that its alerts would speak of. */
function grown<State>(
  monitor: SeriesMonitor<State>,
  habit: Habit,
  seed: number,
): { state: SeriesState<State>; spread: number } {
  const state = startSeries(monitor);
  let spread = 0;
  replay(monitor, state, samplesOfHabit(habit, seed), [], {
    firstRow: 0,
    endRow: LEARNT_SECONDS / habit.stepSeconds,
    after: (_, { verdict }) => {
      spread = verdict.evidence?.spread ?? spread;
    },
  });
  return { state, spread };
}
