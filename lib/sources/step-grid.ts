import type { Samples } from '../series/samples.ts';
import type { RangeQuery } from './series-source.ts';

/**
 * Samples at any times put on a query's steps: a step has the newest sample that is at most one step older, so a sample
 * belongs to the step at which it stands or the next one and never to an earlier one, as if Prometheus had looked back.
 * A step without one is absent.
 */
export function onStepGrid(
  samples: Samples,
  { startSeconds, endSeconds, stepSeconds }: Omit<RangeQuery, 'query'>,
): Samples {
  const times: number[] = [];
  const values: number[] = [];
  let next = firstAfter(samples.timesSeconds, startSeconds - stepSeconds);
  for (let step = startSeconds; step <= endSeconds; step += stepSeconds) {
    let found = -1;
    while (next < samples.timesSeconds.length && (samples.timesSeconds[next] as number) <= step) {
      found = next;
      next += 1;
    }
    if (found < 0) continue;
    times.push(step);
    values.push(samples.values[found] as number);
  }
  return { timesSeconds: Float64Array.from(times), values: Float64Array.from(values) };
}

/** The first index of a time after this one, by halving. */
function firstAfter(timesSeconds: Float64Array, afterSeconds: number): number {
  let low = 0;
  let high = timesSeconds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesSeconds[middle] as number) > afterSeconds) high = middle;
    else low = middle + 1;
  }
  return low;
}
