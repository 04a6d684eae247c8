import type { Habit } from './habit.ts';
import { bounds } from './scenarios/bounds.ts';
import { counts } from './scenarios/counts.ts';
import { jobs } from './scenarios/jobs.ts';
import { noises } from './scenarios/noises.ts';
import { processes } from './scenarios/processes.ts';
import { services } from './scenarios/services.ts';

/** All habits: to add one, write it into a file of `scenarios`. */
export const habits: Readonly<Record<string, Habit>> = {
  ...services,
  ...jobs,
  ...counts,
  ...processes,
  ...bounds,
  ...noises,
};
