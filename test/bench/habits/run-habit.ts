import type { Detector } from '../../../lib/detector/detector.ts';
import {
  type Observation,
  type SeriesMonitor,
  type SeriesState,
  startSeries,
} from '../../../lib/detector/monitor-series.ts';
import { decodeSeries, encodeSeries } from '../../../lib/detector/series-codec.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { type ModelInUse, replay } from '../../../lib/evaluation/replay.ts';
import type { Samples } from '../../../lib/series/samples.ts';
import { DAY_SECONDS, type Habit, startOf } from './habit.ts';
import { LEARNT_SECONDS, type PlannedIncident, planIncidents, withIncident } from './incident-plan.ts';

const CHANGE_SECONDS = 7 * DAY_SECONDS;

/** An alert with what it said. */
export interface HabitAlert {
  readonly timeSeconds: number;
  readonly kind: string;
  readonly channel: string;
  readonly explanation: string;
}

/** What one seeded series of a habit led to. */
export interface HabitRun {
  /** Alerts from the third week on, but for the week after each change, one number a week judged. */
  readonly steadyAlerts: readonly HabitAlert[];
  readonly steadyWeeks: number;
  /** Alerts of the week after each change. */
  readonly changeAlerts: readonly HabitAlert[];
  readonly incidents: number;
  readonly found: number;
}

/** The series of one seed, one row a step; NaN where there is no sample. */
export function samplesOfHabit(habit: Habit, seed: number): Samples {
  const start = startOf(habit);
  const valueAt = habit.series(seed, start);
  const rows = Math.round((habit.days * DAY_SECONDS) / habit.stepSeconds);
  const timesSeconds = Float64Array.from({ length: rows }, (_, row) => start + row * habit.stepSeconds);
  return { timesSeconds, values: timesSeconds.map(valueAt) };
}

/**
 * Runs a habit's series through the product's way of a sample, and injects incidents of eight spreads into copies of it.
 *
 * @param models those of the undisturbed series.
 * @param falseAlertsPerWeek the budget.
 */
export function runHabit<State>(
  detector: Detector<State>,
  habit: Habit,
  samples: Samples,
  models: readonly ModelInUse[],
  seed: number,
  falseAlertsPerWeek = 1,
): HabitRun {
  const settings = { ...defaultDetectionSettings, falseAlertsPerWeek };
  const monitor = { detector, settings, stepSeconds: habit.stepSeconds, skipBand: true };
  const planned = planIncidents(habit, samples, seed);
  const state = startSeries(monitor);
  const alerts: HabitAlert[] = [];
  let spread = Number.NaN;
  let next = 0;
  let found = 0;
  replay(monitor, state, samples, models, {
    firstRow: 0,
    endRow: samples.values.length,
    before: (row) => {
      for (; planned[next]?.firstRow === row; next += 1)
        if (
          isFound(
            monitor,
            state,
            samples,
            models,
            planned[next]!,
            withIncident(habit, samples, planned[next]!, spread),
          )
        )
          found += 1;
    },
    after: (_, observation) => {
      spread = observation.verdict.evidence?.spread ?? spread;
      alerts.push(...alertsOf(observation));
    },
  });
  return { ...judged(habit, alerts), incidents: planned.length, found };
}

function judged(habit: Habit, alerts: readonly HabitAlert[]) {
  const start = startOf(habit);
  const changes = (habit.changesOnDays ?? []).map((day) => start + day * DAY_SECONDS);
  const isAfterChange = ({ timeSeconds }: HabitAlert) =>
    changes.some((change) => timeSeconds >= change && timeSeconds < change + CHANGE_SECONDS);
  const late = alerts.filter(({ timeSeconds }) => timeSeconds >= start + LEARNT_SECONDS);
  return {
    steadyAlerts: late.filter((alert) => !isAfterChange(alert)),
    steadyWeeks: (habit.days * DAY_SECONDS - LEARNT_SECONDS) / CHANGE_SECONDS - changes.length,
    changeAlerts: late.filter(isAfterChange),
  };
}

/** Whether an injected incident is alerted. @param state of the undisturbed series before it; it is not changed. */
export function isFound<State>(
  monitor: SeriesMonitor<State>,
  state: SeriesState<State>,
  samples: Samples,
  models: readonly ModelInUse[],
  { firstRow, endRow }: PlannedIncident,
  values: Float64Array,
): boolean {
  const fork = decodeSeries(monitor.detector, encodeSeries(monitor.detector, [state]))[0]!;
  let isAlerted = false;
  replay(monitor, fork, samples, models, {
    firstRow,
    endRow,
    values,
    after: (_, observation) => {
      if (alertsOf(observation).length > 0) isAlerted = true;
    },
  });
  return isAlerted;
}

/** The alerts of one sample, without ends. */
export function alertsOf({ events }: Observation): HabitAlert[] {
  return events
    .filter(({ kind }) => kind !== 'resolved')
    .map(({ kind, verdict, explanation }) => ({
      timeSeconds: verdict.timeSeconds,
      kind,
      channel: verdict.channel ?? '',
      explanation,
    }));
}
