import type { BaselineOptions } from './baseline-model.ts';

/**
 * How a baseline is fitted for the online detector: with 10 daily harmonics instead of Prophet's 4, since what the
 * season leaves unexplained at fixed times of the day (a batch job, a sharp morning rise) alerts every day. What the step
 * and the length of a history can't carry is left out by the fit.
 */
export const detectionBaselineOptions: BaselineOptions = { prophet: { daily: 10 } };
