import type { Samples } from './samples.ts';

/** A span of time that must teach nothing: an incident, a deployment, a broken exporter. */
export interface TimeWindow {
  /** Unix time, included. */
  readonly startSeconds: number;
  /** Unix time, excluded; > startSeconds. */
  readonly endSeconds: number;
}

/**
 * The samples outside all windows. Nothing is filled in: a model takes a gap better than an invented value.
 *
 * @param windows in any order; they may overlap.
 */
export function excludeWindows(samples: Samples, windows: readonly TimeWindow[]): Samples {
  if (windows.length === 0) return samples;
  const { timesSeconds, values } = samples;
  const keep = (_: number, index: number): boolean => {
    const time = timesSeconds[index]!;
    return !windows.some(({ startSeconds, endSeconds }) => time >= startSeconds && time < endSeconds);
  };
  return { timesSeconds: timesSeconds.filter(keep), values: values.filter(keep) };
}
