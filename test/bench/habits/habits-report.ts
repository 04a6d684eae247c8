import type { Estimate } from '../../../lib/evaluation/estimate.ts';
import { table } from '../quality/table.ts';
import type { HabitFigures } from './measure-habits.ts';

const MOST_ALERTS = 1.5;
const LEAST_RECALL = 0.9;

/** What `--habits --json` prints. */
export interface HabitsReport {
  readonly habits: Readonly<Record<string, { readonly alertsPerWeek: number; readonly recall: number }>>;
}

export function habitsReport(figures: Readonly<Record<string, HabitFigures>>): HabitsReport {
  return {
    habits: Object.fromEntries(
      Object.entries(figures).map(([name, { alertsPerWeek, recall }]) => [
        name,
        { alertsPerWeek: figureOf(alertsPerWeek), recall: figureOf(recall) },
      ]),
    ),
  };
}

/** One row a habit with 95% intervals, and the means. */
export function habitsTable(figures: Readonly<Record<string, HabitFigures>>): string {
  const entries = Object.entries(figures);
  const rows = entries.map(([name, { alertsPerWeek, alertsAfterChange, recall }]) => [
    name,
    withInterval(alertsPerWeek),
    alertsAfterChange?.toFixed(1) ?? '-',
    withInterval(recall),
  ]);
  const mean = (field: 'alertsPerWeek' | 'recall') =>
    entries.reduce((sum, [, figure]) => sum + figureOf(figure[field]), 0) / entries.length;
  const noisy = entries.filter(([, { alertsPerWeek }]) => figureOf(alertsPerWeek) > MOST_ALERTS).length;
  const blind = entries.filter(([, { recall }]) => figureOf(recall) < LEAST_RECALL).length;
  return (
    `${table(['habit', 'alerts a week', 'after a change', 'recall'], rows)}\n\n` +
    `Mean ${mean('alertsPerWeek').toFixed(2)} alerts a week, recall ${mean('recall').toFixed(3)}; ` +
    `${noisy} of ${entries.length} habits above ${MOST_ALERTS} a week, ${blind} below a recall of ${LEAST_RECALL}\n`
  );
}

/** Every habit has weeks and incidents, hence figures. */
function figureOf({ value }: Estimate): number {
  return value ?? Number.NaN;
}

function withInterval(estimate: Estimate): string {
  const { low, high } = estimate;
  return `${figureOf(estimate).toFixed(2)} (${low?.toFixed(2)} to ${high?.toFixed(2)})`;
}
