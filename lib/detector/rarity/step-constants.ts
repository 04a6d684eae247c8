/** Seconds of the long memory; 7, 14 and 28 days were equal on the development sets. */
const MEMORY_SECONDS = 14 * 86_400;
/** A tail of one in a thousand needs this many points, however long the step. */
const LEAST_MEMORY_POINTS = 2000;
/** log10(4): several channels are asked about every point, and fast and deviation overlap (Bonferroni). */
const CHANNELS_ASKED = 0.6;
/**
 * Above five minutes a week has fewer points, hence fewer false alerts at equal rarity. The full weight would be 1; 0.4 to 0.6
 * were equal on hourly series, 0 lost a tenth of the recall.
 */
const LONG_STEP_WEIGHT = 0.4;
/** Neighbours this far apart are not independent chances any more. */
const INDEPENDENCE_SECONDS = 600;

/** What follows from the nominal step alone; computed once a series, not once a point. */
export interface StepConstants {
  readonly stepSeconds: number;
  /** The share of the long memory that one point replaces. */
  readonly forgetting: number;
  /** Subtracted from every channel's rate: points in a week and channels asked. */
  readonly offset: number;
  /** How much the bar rises where neighbours are independent, see noise-class.ts; >= 0. */
  readonly noisePenalty: number;
  /** A longer silence than this makes the fast memory worthless. */
  readonly gapSeconds: number;
}

/** @param stepSeconds nominal seconds from sample to sample; > 0. */
export function stepConstants(stepSeconds: number): StepConstants {
  const shortStep = Math.max(0, Math.log10(60 / stepSeconds));
  const longStep = Math.max(0, Math.log10(stepSeconds / 300));
  return {
    stepSeconds,
    forgetting: 1 / Math.max(MEMORY_SECONDS / stepSeconds, LEAST_MEMORY_POINTS),
    offset: CHANNELS_ASKED + shortStep - LONG_STEP_WEIGHT * longStep,
    noisePenalty: Math.max(0, Math.log10(INDEPENDENCE_SECONDS / Math.max(stepSeconds, 60))),
    gapSeconds: 10.5 * stepSeconds,
  };
}
