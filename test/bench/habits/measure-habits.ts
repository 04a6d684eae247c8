import { Worker } from 'node:worker_threads';
import type { DetectorName } from '../../../lib/detector/registry.ts';
import { estimateShare, estimateWeeklyRate } from '../../../lib/evaluation/bootstrap.ts';
import type { Estimate } from '../../../lib/evaluation/estimate.ts';
import { runInWorkers } from '../quality/worker-pool.ts';
import type { FirstDay, MeasuredHabit } from './first-day.ts';
import { DAY_SECONDS } from './habit.ts';
import { habits } from './habits.ts';

const BOOTSTRAP_SEED = 14;
const WEEK_SECONDS = 7 * DAY_SECONDS;

/** One series to be run. */
export interface HabitJob {
  readonly name: string;
  readonly seed: number;
}

export interface HabitWorkerData {
  readonly detectorName: DetectorName;
  readonly cacheFolder: string | undefined;
}

export interface HabitOptions extends HabitWorkerData {
  /** Series of each habit; >= 1. */
  readonly seeds: number;
  readonly workers: number;
  onProgress?(done: number, total: number, name: string): void;
}

/** The figures of one habit over all its seeds, at a budget of one false alert a week. */
export interface HabitFigures {
  /** From the third week on, without the weeks after a change. */
  readonly alertsPerWeek: Estimate;
  /** In the week after a change; undefined where nothing changes. */
  readonly alertsAfterChange: number | undefined;
  /** Share of the injected incidents that were alerted. */
  readonly recall: Estimate;
  /** Undefined where it was not measured. */
  readonly firstDay: FirstDay | undefined;
}

/** Runs every habit, and counts alerts and incidents found. */
export async function measureHabits(options: HabitOptions): Promise<Record<string, HabitFigures>> {
  const { detectorName, cacheFolder, seeds, workers, onProgress } = options;
  const names = Object.keys(habits);
  const jobs = names.flatMap((name) =>
    Array.from({ length: seeds }, (_, index): HabitJob => ({ name, seed: index + 1 })),
  );
  const workerData: HabitWorkerData = { detectorName, cacheFolder };
  const runs = await runInWorkers<HabitJob, MeasuredHabit>(jobs, {
    startWorker: () => new Worker(new URL('./habit-worker.ts', import.meta.url), { workerData }),
    workers,
    nameOf: ({ name, seed }) => `${name} ${seed}`,
    workOf: ({ name }) => habits[name]!.days / habits[name]!.stepSeconds,
    onProgress,
  });
  return Object.fromEntries(
    names.map((name, index) => [name, figuresOf(name, runs.slice(index * seeds, (index + 1) * seeds))]),
  );
}

/** @param runs of one habit, at least one. */
export function figuresOf(name: string, runs: readonly MeasuredHabit[]): HabitFigures {
  const changes = habits[name]?.changesOnDays?.length ?? 0;
  return {
    firstDay: runs.find(({ firstDay }) => firstDay !== undefined)?.firstDay,
    alertsPerWeek: estimateWeeklyRate(runs.flatMap(weeksOf), BOOTSTRAP_SEED),
    alertsAfterChange:
      changes === 0
        ? undefined
        : runs.reduce((sum, { changeAlerts }) => sum + changeAlerts.length, 0) / (changes * runs.length),
    recall: estimateShare(
      runs.flatMap(({ incidents, found }) => Array.from({ length: incidents }, (_, index) => index < found)),
      BOOTSTRAP_SEED,
    ),
  };
}

/** The alerts of each judged week; those without any count too. */
function weeksOf({ steadyAlerts, steadyWeeks }: MeasuredHabit): { events: number; weeks: number }[] {
  const counts = new Map<number, number>();
  for (const { timeSeconds } of steadyAlerts) {
    const week = Math.floor(timeSeconds / WEEK_SECONDS);
    counts.set(week, (counts.get(week) ?? 0) + 1);
  }
  const events = [...counts.values()];
  const quiet = Math.max(0, Math.round(steadyWeeks) - events.length);
  const weeks = steadyWeeks / (events.length + quiet);
  return [...events, ...new Array<number>(quiet).fill(0)].map((count) => ({ events: count, weeks }));
}
