import { durationLabel, type Fault } from './fault.ts';

/** A hanging exporter: every sample repeats the last one before it. */
export const flatline: Fault = {
  title: 'flatline',
  sizeLabel: durationLabel,
  sizes: [
    { size: 1, durationSeconds: 1800 },
    { size: 1, durationSeconds: 2 * 3600 },
    { size: 1, durationSeconds: 6 * 3600 },
  ],
  leastPoints: 8,
  placement: 'anywhere',
  expects: 'alert',
  inject: ({ values, previous }) => values.map(() => previous),
};
