import type { BaselineOptions } from './baseline-model.ts';

/**
 * Options of a baseline for the online detector: 10 daily harmonics instead of Prophet's 4, since what the
 * seasonal part leaves unexplained at fixed times of the day (a batch job, a sharp morning rise) alerts every
 * day. The fit reduces them when the step or the length of a history is too small.
 */
export const detectionBaselineOptions: BaselineOptions = { prophet: { daily: 10 } };
