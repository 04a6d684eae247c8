import { ColumnLengthError } from './errors.ts';
import type { Samples } from './samples.ts';

/** Usable samples and their original rows. */
export interface CleanedSamples {
  /** Finite, ascending, one per time. */
  readonly samples: Samples;
  /** For each sample its original row (the first of its duplicates). */
  readonly rows: Int32Array;
}

/**
 * Drops samples that are not finite or in the future, sorts by time, and merges samples of the same time into
 * their mean. The result does not depend on the order of the input.
 *
 * @param nowSeconds the current Unix time; undefined keeps samples of any time.
 * @throws ColumnLengthError when the columns differ in length.
 */
export function cleanSamples(samples: Samples, nowSeconds?: number): CleanedSamples {
  const { timesSeconds, values } = samples;
  if (timesSeconds.length !== values.length) throw new ColumnLengthError(timesSeconds.length, values.length);
  const usable = new Int32Array(timesSeconds.length);
  let count = 0;
  let isOrdered = true;
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < timesSeconds.length; row += 1) {
    const time = timesSeconds[row]!;
    if (!Number.isFinite(time) || !Number.isFinite(values[row]!)) continue;
    if (nowSeconds !== undefined && time > nowSeconds) continue;
    isOrdered &&= time > last;
    last = time;
    usable[count] = row;
    count += 1;
  }
  const rows = usable.subarray(0, count);
  if (!isOrdered) {
    // By value among equal times, so that the sum below does not depend on the order of the input.
    rows.sort((a, b) => timesSeconds[a]! - timesSeconds[b]! || values[a]! - values[b]! || a - b);
  }
  return mergeDuplicates(samples, rows);
}

function mergeDuplicates({ timesSeconds, values }: Samples, rows: Int32Array): CleanedSamples {
  const times = new Float64Array(rows.length);
  const means = new Float64Array(rows.length);
  const kept = new Int32Array(rows.length);
  let count = 0;
  for (let start = 0; start < rows.length; ) {
    const time = timesSeconds[rows[start]!]!;
    let end = start;
    let sum = 0;
    while (end < rows.length && timesSeconds[rows[end]!] === time) {
      sum += values[rows[end]!]!;
      end += 1;
    }
    times[count] = time;
    // Half of the smallest negative number would be -0, which a second pass turns into 0.
    means[count] = end - start === 1 ? sum : sum / (end - start) + 0;
    kept[count] = rows[start]!;
    count += 1;
    start = end;
  }
  return {
    samples: { timesSeconds: times.slice(0, count), values: means.slice(0, count) },
    rows: kept.slice(0, count),
  };
}
