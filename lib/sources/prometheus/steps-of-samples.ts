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
 * @param pairs time in Unix seconds and value, in any order.
 */
export function samplesAtSteps(
  times: readonly number[],
  values: readonly number[],
  asked: AskedSteps,
): StepSamples {
  const { startSeconds, endSeconds, stepSeconds } = asked;
  let previous = Number.NEGATIVE_INFINITY;
  const isOnGrid = times.every((time) => {
    const isNext = time > previous && time <= endSeconds && time >= startSeconds;
    previous = time;
    return isNext && (time - startSeconds) % stepSeconds === 0;
  });
  if (isOnGrid)
    return {
      samples: { timesSeconds: new Float64Array(times), values: new Float64Array(values) },
      outside: 0,
    };
  const lastStep = Math.floor((endSeconds - startSeconds) / stepSeconds);
  const newest = new Map<number, { readonly time: number; readonly value: number }>();
  let outside = 0;
  for (const [index, time] of times.entries()) {
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
