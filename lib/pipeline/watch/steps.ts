import type { Series } from '../../series/series.ts';

/** The times from start to end, both included; Unix seconds, multiples of the step. */
export function stepsBetween(startSeconds: number, endSeconds: number, stepSeconds: number): Float64Array {
  const count = Math.max(0, Math.round((endSeconds - startSeconds) / stepSeconds) + 1);
  const times = new Float64Array(count);
  for (let index = 0; index < count; index += 1) times[index] = startSeconds + index * stepSeconds;
  return times;
}

/**
 * The series' values at the steps; NaN without a sample. Both are ascending.
 *
 * @param values receives the values; as long as the times.
 */
export function valuesAt(
  times: Float64Array,
  series: Series | undefined,
  values: Float64Array = new Float64Array(times.length),
): Float64Array {
  values.fill(Number.NaN);
  if (series === undefined) return values;
  const { timesSeconds, values: found } = series.samples;
  let at = 0;
  for (let index = 0; index < times.length; index += 1) {
    const wanted = times[index] as number;
    while (at < timesSeconds.length && (timesSeconds[at] as number) < wanted) at += 1;
    if (timesSeconds[at] === wanted) values[index] = found[at] as number;
  }
  return values;
}
