import { ColumnLengthError } from './errors.ts';
import type { Samples } from './samples.ts';

/** Faults of raw samples; all zero means that they can be used unchanged. */
export interface ValidationReport {
  readonly samples: number;
  /** Values or times that are NaN or infinite. */
  readonly nonFinite: number;
  /** Samples with the time of an earlier sample in the columns. */
  readonly duplicates: number;
  /** Samples after one of a later time. */
  readonly disordered: number;
  /** Samples later than now. */
  readonly future: number;
}

/**
 * Counts faults of samples, without changing them.
 *
 * @param nowSeconds the current Unix time; undefined does not check for samples of the future.
 * @throws ColumnLengthError when the columns differ in length.
 */
export function validateSamples(samples: Samples, nowSeconds?: number): ValidationReport {
  const { timesSeconds, values } = samples;
  if (timesSeconds.length !== values.length) throw new ColumnLengthError(timesSeconds.length, values.length);
  const seen = new Set<number>();
  let nonFinite = 0;
  let duplicates = 0;
  let disordered = 0;
  let future = 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < timesSeconds.length; index += 1) {
    const time = timesSeconds[index]!;
    if (!Number.isFinite(time) || !Number.isFinite(values[index]!)) nonFinite += 1;
    if (!Number.isFinite(time)) continue;
    if (seen.has(time)) duplicates += 1;
    seen.add(time);
    if (time < latest) disordered += 1;
    else latest = time;
    if (nowSeconds !== undefined && time > nowSeconds) future += 1;
  }
  return { samples: timesSeconds.length, nonFinite, duplicates, disordered, future };
}

/** Whether there are no faults. */
export function isValid(report: ValidationReport): boolean {
  return report.nonFinite + report.duplicates + report.disordered + report.future === 0;
}
