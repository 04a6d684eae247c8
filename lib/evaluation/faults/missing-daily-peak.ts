import type { Fault } from './fault.ts';

/**
 * The usual busy hours that do not come: of what the usual day stands above its median, the share `size` is taken away,
 * while the noise of the real samples stays. A range rule can't see it: every value is an ordinary one.
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
