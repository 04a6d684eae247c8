import type { Series } from '../../series/series.ts';
import type { QueryWindow } from '../watch/query-window.ts';

/** Where nothing is configured, samples may be this late beyond the delay. */
export const USUAL_LATENESS_SECONDS = 300;

/** The part of a window that is scored now, and what is to be said of the rest. */
export interface ArrivedWindow {
  /** Undefined when none of it is scored yet. */
  readonly window: QueryWindow | undefined;
  /** How late the samples are beyond the delay, in seconds; 0 when they are there. */
  readonly lateSeconds: number;
}

/**
 * The part of a window whose samples have arrived. When not one series has a sample at the newest steps, the samples
 * are late rather than gone: the steps wait, and the delay is in effect as long as the data needs.
 *
 * @param maximumLatenessSeconds beyond the configured delay; then the steps are scored without their samples. At least one
 *   step.
 */
export function arrivedPart(
  window: QueryWindow,
  series: readonly Series[],
  stepSeconds: number,
  maximumLatenessSeconds: number = USUAL_LATENESS_SECONDS,
): ArrivedWindow {
  const { startSeconds, endSeconds } = window;
  const bound = Math.max(1, Math.floor(maximumLatenessSeconds / stepSeconds)) * stepSeconds;
  const newest = newestSample(series, endSeconds);
  const isThere = newest > endSeconds - stepSeconds;
  if (isThere) return { window, lateSeconds: 0 };
  const scoredUntil = Math.max(Math.floor(newest / stepSeconds) * stepSeconds, endSeconds - bound);
  const lateSeconds = endSeconds - scoredUntil;
  if (scoredUntil < startSeconds) return { window: undefined, lateSeconds };
  return { window: { ...window, endSeconds: scoredUntil }, lateSeconds };
}

/** The time of the newest sample that is a number, up to the end; -Infinity without one. */
function newestSample(series: readonly Series[], endSeconds: number): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { samples } of series) {
    const { timesSeconds, values } = samples;
    for (let index = timesSeconds.length - 1; index >= 0; index -= 1) {
      const time = timesSeconds[index] as number;
      if (time <= newest) break;
      if (time > endSeconds || Number.isNaN(values[index])) continue;
      newest = time;
      break;
    }
    if (newest === endSeconds) return newest;
  }
  return newest;
}
