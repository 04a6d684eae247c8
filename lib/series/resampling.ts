import { InvalidStepError } from './errors.ts';
import { quantile } from './quantile.ts';
import type { Samples } from './samples.ts';

/** How the samples of one bucket are combined. */
export type Aggregation = 'mean' | 'median' | 'minimum' | 'maximum' | 'sum' | 'first' | 'last' | 'count';

const aggregate: Readonly<Record<Aggregation, (values: Float64Array) => number>> = {
  mean: (values) => sumOf(values) / values.length,
  median: (values) => quantile(values, 0.5),
  minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
  sum: sumOf,
  first: (values) => values[0]!,
  last: (values) => values.at(-1)!,
  count: (values) => values.length,
};

/**
 * Resamples to a grid: one sample per bucket [n x step, (n + 1) x step), with the bucket's start as its time.
 * Buckets are aligned to the Unix epoch, so that two resamplings of overlapping histories agree. Empty
 * buckets stay absent.
 *
 * @param samples cleaned: finite and ascending.
 * @param stepSeconds > 0.
 * @throws InvalidStepError when the step is not above 0.
 */
export function resample(samples: Samples, stepSeconds: number, aggregation: Aggregation = 'mean'): Samples {
  if (!(stepSeconds > 0 && Number.isFinite(stepSeconds))) throw new InvalidStepError(stepSeconds);
  const { timesSeconds, values } = samples;
  const gridTimes = new Float64Array(timesSeconds.length);
  const gridValues = new Float64Array(timesSeconds.length);
  const combine = aggregate[aggregation];
  let count = 0;
  for (let start = 0; start < timesSeconds.length; ) {
    const bucket = Math.floor(timesSeconds[start]! / stepSeconds);
    let end = start + 1;
    while (end < timesSeconds.length && Math.floor(timesSeconds[end]! / stepSeconds) === bucket) end += 1;
    gridTimes[count] = bucket * stepSeconds;
    gridValues[count] = combine(values.subarray(start, end));
    count += 1;
    start = end;
  }
  return { timesSeconds: gridTimes.slice(0, count), values: gridValues.slice(0, count) };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
