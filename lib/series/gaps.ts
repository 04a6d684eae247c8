import type { Samples } from './samples.ts';

/** A stretch with missing samples. */
export interface Gap {
  /** Unix time of the last sample before. */
  readonly startSeconds: number;
  /** Unix time of the first sample after. */
  readonly endSeconds: number;
  /** The number of missing samples, by the step. */
  readonly missingSamples: number;
}

/** Scrapes jitter: only a distance above this many steps is a gap. */
const GAP_STEPS = 1.5;

/**
 * The gaps between samples, in order of time.
 *
 * @param samples cleaned: ascending times.
 * @param stepSeconds the nominal step, > 0.
 */
export function findGaps({ timesSeconds }: Samples, stepSeconds: number): readonly Gap[] {
  const gaps: Gap[] = [];
  for (let index = 1; index < timesSeconds.length; index += 1) {
    const startSeconds = timesSeconds[index - 1]!;
    const endSeconds = timesSeconds[index]!;
    const distance = endSeconds - startSeconds;
    if (distance <= GAP_STEPS * stepSeconds) continue;
    gaps.push({ startSeconds, endSeconds, missingSamples: Math.round(distance / stepSeconds) - 1 });
  }
  return gaps;
}
