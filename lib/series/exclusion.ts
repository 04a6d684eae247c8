import type { Samples } from './samples.ts';

/** A time span excluded from training: an incident, a deployment, a broken exporter. */
export interface TimeWindow {
  /** Unix time, included. */
  readonly startSeconds: number;
  /** Unix time, excluded; > startSeconds. */
  readonly endSeconds: number;
}

/**
 * The samples outside all windows. Nothing is filled in: a model handles a gap better than an invented value.
 *
 * @param windows in any order; they may overlap.
 */
export function excludeWindows(samples: Samples, windows: readonly TimeWindow[]): Samples {
  if (windows.length === 0) return samples;
  const { timesSeconds, values } = samples;
  const apart = disjoint(windows);
  const starts = Float64Array.from(apart, ({ startSeconds }) => startSeconds);
  const keep = (_: number, index: number): boolean => {
    const time = timesSeconds[index]!;
    const window = apart[countUpTo(starts, time) - 1];
    return window === undefined || time >= window.endSeconds;
  };
  return { timesSeconds: timesSeconds.filter(keep), values: values.filter(keep) };
}

/** The windows in order of time, overlapping ones merged: hourly maintenance makes hundreds in a history. */
function disjoint(windows: readonly TimeWindow[]): TimeWindow[] {
  const apart: { readonly startSeconds: number; endSeconds: number }[] = [];
  for (const window of windows.toSorted((one, other) => one.startSeconds - other.startSeconds)) {
    const last = apart.at(-1);
    if (last === undefined || window.startSeconds > last.endSeconds) apart.push({ ...window });
    else last.endSeconds = Math.max(last.endSeconds, window.endSeconds);
  }
  return apart;
}

/** How many of the ascending numbers are at most `most`. */
function countUpTo(ascending: Float64Array, most: number): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ascending[middle]! <= most) from = middle + 1;
    else to = middle;
  }
  return from;
}
