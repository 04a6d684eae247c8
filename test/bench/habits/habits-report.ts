import type { Estimate } from '../../../lib/evaluation/estimate.ts';
import { table } from '../quality/table.ts';
import type { FirstDay } from './first-day.ts';
import { habits } from './habits.ts';
import type { HabitFigures } from './measure-habits.ts';

const MOST_ALERTS = 1.5;
const LEAST_RECALL = 0.9;

/** The figures of one habit. */
interface HabitReport {
  readonly alertsPerWeek: number;
  readonly recall: number;
  /** Of a new series beside older ones: false alerts in its first 24 hours, and the share of incidents found in them. */
  readonly firstDay?: { readonly alerts: number; readonly recall: number };
}

/** What `--habits --json` prints. */
export interface HabitsReport {
  readonly habits: Readonly<Record<string, HabitReport>>;
}

export function habitsReport(figures: Readonly<Record<string, HabitFigures>>): HabitsReport {
  return {
    habits: Object.fromEntries(
      Object.entries(figures).map(([name, { alertsPerWeek, recall, firstDay }]) => [
        name,
        {
          alertsPerWeek: figureOf(alertsPerWeek),
          recall: figureOf(recall),
          ...(firstDay === undefined ? {} : { firstDay: perSeries(firstDay) }),
        },
      ]),
    ),
  };
}

/** One row a habit with 95% intervals, and the means. */
export function habitsTable(figures: Readonly<Record<string, HabitFigures>>): string {
  const entries = Object.entries(figures);
  const rows = entries.map(([name, { alertsPerWeek, alertsAfterChange, recall, firstDay }]) => [
    name,
    withInterval(alertsPerWeek),
    alertsAfterChange?.toFixed(1) ?? '-',
    withInterval(recall),
    firstDay === undefined ? '-' : firstDayText(perSeries(firstDay)),
  ]);
  const mean = (field: 'alertsPerWeek' | 'recall') =>
    entries.reduce((sum, [, figure]) => sum + figureOf(figure[field]), 0) / entries.length;
  const noisy = entries.filter(([, { alertsPerWeek }]) => figureOf(alertsPerWeek) > MOST_ALERTS).length;
  const blind = entries.filter(([, { recall }]) => figureOf(recall) < LEAST_RECALL).length;
  return (
    `${table(['habit', 'alerts a week', 'after a change', 'recall', 'first day'], rows)}\n\n` +
    `Mean ${mean('alertsPerWeek').toFixed(2)} alerts a week, recall ${mean('recall').toFixed(3)}; ` +
    `${noisy} of ${entries.length} habits above ${MOST_ALERTS} a week, ${blind} below a recall of ${LEAST_RECALL}\n` +
    firstDayMeans(entries)
  );
}

/** A new series' first day, by the step of the habits. */
function firstDayMeans(entries: readonly (readonly [string, HabitFigures])[]): string {
  const byStep = Map.groupBy(
    entries.filter(([, { firstDay }]) => firstDay !== undefined),
    ([name]) => habits[name]?.stepSeconds ?? 0,
  );
  return [...byStep]
    .map(([stepSeconds, members]) => {
      const figures = members.map(([, { firstDay }]) => perSeries(firstDay!));
      const mean = (of: (figure: { alerts: number; recall: number }) => number) =>
        figures.reduce((sum, figure) => sum + of(figure), 0) / figures.length;
      const means = { alerts: mean(({ alerts }) => alerts), recall: mean(({ recall }) => recall) };
      return `First day of a new series at ${stepSeconds} s (${members.length} habits): ${firstDayText(means)}\n`;
    })
    .join('');
}

function perSeries({ series, alerts, incidents, found }: FirstDay): { alerts: number; recall: number } {
  return { alerts: alerts / series, recall: found / incidents };
}

function firstDayText({ alerts, recall }: { readonly alerts: number; readonly recall: number }): string {
  return `${alerts.toFixed(2)} alerts, recall ${recall.toFixed(2)}`;
}

/** Every habit has weeks and incidents, hence figures. */
function figureOf({ value }: Estimate): number {
  return value ?? Number.NaN;
}

function withInterval(estimate: Estimate): string {
  const { low, high } = estimate;
  return `${figureOf(estimate).toFixed(2)} (${low?.toFixed(2)} to ${high?.toFixed(2)})`;
}
