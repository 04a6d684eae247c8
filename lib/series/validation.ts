import { ColumnLengthError } from './errors.ts';
import type { Samples } from './samples.ts';

/** What is wrong with samples as they came; all zero means that they can be used as they are. */
export interface ValidationReport {
  readonly samples: number;
  /** Values or times that are NaN or infinite. */
  readonly nonFinite: number;
  /** Samples whose time another, earlier in the columns, has already. */
  readonly duplicates: number;
  /** Samples that stand after one of a later time. */
  readonly disordered: number;
  /** Samples later than now. */
  readonly future: number;
}

/**
 * Counts what is wrong with samples, without changing them.
 *
 * @param nowSeconds the present as Unix time; undefined where samples of the future cannot be told.
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

/** Whether nothing is wrong. */
export function isValid(report: ValidationReport): boolean {
  return report.nonFinite + report.duplicates + report.disordered + report.future === 0;
}
