import { type Rules, VERSION_8 } from './rules.ts';

const SECONDS_PER_WEEK = 604_800;
/** Seconds of the long memory; 7, 14 and 28 days were equal on the development sets. */
const MEMORY_SECONDS = 14 * 86_400;
/** A tail of one in a thousand needs this many points, however long the step. */
const LEAST_MEMORY_POINTS = 2000;
/**
 * Several channels judge every point (Bonferroni); log10(4) would be the full weight. Most false alerts lack a jump, and what
 * the jump evidence takes from them is given back here.
 */
const CHANNELS_ASKED = 0.25;
/**
 * Above five minutes a week has fewer points, hence fewer false alerts at equal rarity. The full weight would be 1; 0.4 to 0.6
 * were equal on hourly series, 0 lost a tenth of the recall.
 */
const LONG_STEP_WEIGHT = 0.4;
/** Neighbours this far apart are not independent chances any more. */
const INDEPENDENCE_SECONDS = 600;
/** From this step on a shifted level is believed without a jump: slow shifts count there as much as sudden ones. */
const SLOW_SHIFT_SECONDS = 300;
/** log10(5): at a minute and below, a fifth of that step, a shifted level needs its jump in full. */
const SLOW_SHIFT_DECADES = Math.log10(5);

/** What follows from the nominal step alone; computed once a series, not once a point. */
export interface StepConstants {
  readonly rules: Rules;
  readonly stepSeconds: number;
  /** The share of the long memory that one point replaces. */
  readonly forgetting: number;
  /** Subtracted from every channel's rate: points in a week and channels that judge. */
  readonly offset: number;
  /** How much the bar rises where neighbours are independent, see noise-class.ts; >= 0. */
  readonly noisePenalty: number;
  /** How much of the jump evidence the level channel is weighed by, see jump-evidence.ts; 0 to 1. */
  readonly levelJumpShare: number;
  /** log10 of the points in a week. */
  readonly weekDecades: number;
  /** A longer silence than this makes the fast memory worthless. */
  readonly gapSeconds: number;
}

/** @param stepSeconds nominal seconds from sample to sample; > 0. */
export function stepConstants(stepSeconds: number, rules: Rules = VERSION_8): StepConstants {
  const shortStep = Math.max(0, Math.log10(60 / stepSeconds));
  const longStep = Math.max(0, Math.log10(stepSeconds / 300));
  return {
    rules,
    stepSeconds,
    forgetting: 1 / Math.max(MEMORY_SECONDS / stepSeconds, LEAST_MEMORY_POINTS),
    offset: CHANNELS_ASKED + shortStep - LONG_STEP_WEIGHT * longStep,
    noisePenalty: Math.max(0, Math.log10(INDEPENDENCE_SECONDS / Math.max(stepSeconds, 60))),
    levelJumpShare: Math.max(
      0,
      Math.min(1, Math.log10(SLOW_SHIFT_SECONDS / stepSeconds) / SLOW_SHIFT_DECADES),
    ),
    weekDecades: Math.log10(SECONDS_PER_WEEK / stepSeconds),
    gapSeconds: 10.5 * stepSeconds,
  };
}
