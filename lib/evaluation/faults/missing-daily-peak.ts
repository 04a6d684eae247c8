import type { Fault } from './fault.ts';

/**
 * A missing daily peak: the fraction `size` of the typical day's height above its median is removed, while
 * the noise of the real samples stays. A range rule cannot detect it: every value is in the usual range.
 */
export const missingDailyPeak: Fault = {
  title: 'missing daily peak',
  sizeLabel: ({ size }) => `${100 * size}% of it`,
  sizes: [
    { size: 0.5, durationSeconds: 6 * 3600 },
    { size: 0.75, durationSeconds: 6 * 3600 },
    { size: 1, durationSeconds: 6 * 3600 },
  ],
  leastPoints: 4,
  placement: 'daily-peak',
  expects: 'alert',
  inject: ({ values, peakHeights, size }) => values.map((value, index) => value - size * peakHeights[index]!),
};
