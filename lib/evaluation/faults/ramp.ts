import { type Fault, noiseLabel } from './fault.ts';

/** A leak: it grows linearly to its full size at the last sample. */
export const ramp: Fault = {
  title: 'ramp',
  sizeLabel: noiseLabel,
  sizes: [
    { size: 5, durationSeconds: 6 * 3600 },
    { size: 10, durationSeconds: 6 * 3600 },
    { size: 20, durationSeconds: 6 * 3600 },
  ],
  leastPoints: 8,
  placement: 'anywhere',
  expects: 'alert',
  inject: ({ values, noise, size }) =>
    values.map((value, index) => value + (size * noise * (index + 1)) / values.length),
};
