import type { Samples } from '../../series/samples.ts';
import type { RangeQuery } from '../series-source.ts';

/** Steps of a query: both ends included. */
export type AskedSteps = Pick<RangeQuery, 'startSeconds' | 'endSeconds' | 'stepSeconds'>;

/** Samples at the steps that were asked for, and how many lay outside of them. */
export interface StepSamples {
  readonly samples: Samples;
  readonly outside: number;
}

/**
 * The samples of an answer at the steps that were asked for. A sample beside the grid is taken to its step: the one at
 * which it stands, or the next. Of several the newest counts. What lies outside of all steps is counted and left out.
 *
 * @param samples in any order of their times.
 */
export function samplesAtSteps({ timesSeconds, values }: Samples, asked: AskedSteps): StepSamples {
  const { startSeconds, endSeconds, stepSeconds } = asked;
  if (areAtSteps(timesSeconds, asked)) return { samples: { timesSeconds, values }, outside: 0 };
  const lastStep = Math.floor((endSeconds - startSeconds) / stepSeconds);
  const newest = new Map<number, { readonly time: number; readonly value: number }>();
  let outside = 0;
  for (const [index, time] of timesSeconds.entries()) {
    const step = Math.ceil((time - startSeconds) / stepSeconds);
    if (!(step >= 0 && step <= lastStep)) {
      outside += 1;
      continue;
    }
    const known = newest.get(step);
    if (known === undefined || known.time <= time) newest.set(step, { time, value: values[index] as number });
  }
  const steps = [...newest].sort(([one], [other]) => one - other);
  return {
    samples: {
      timesSeconds: Float64Array.from(steps, ([step]) => startSeconds + step * stepSeconds),
      values: Float64Array.from(steps, ([, { value }]) => value),
    },
    outside,
  };
}

/** Whether the times are steps, each once and in their order: those of nearly all answers are. */
function areAtSteps(
  timesSeconds: Float64Array,
  { startSeconds, endSeconds, stepSeconds }: AskedSteps,
): boolean {
  let previous = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < timesSeconds.length; index += 1) {
    const time = timesSeconds[index] as number;
    if (!(time > previous && time >= startSeconds && time <= endSeconds)) return false;
    if ((time - startSeconds) % stepSeconds !== 0) return false;
    previous = time;
  }
  return true;
}
