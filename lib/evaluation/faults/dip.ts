import { type Fault, noiseLabel } from './fault.ts';

/** Values that drop for a few samples: dropped requests, a short stall. */
export const dip: Fault = {
  title: 'dip',
  sizeLabel: noiseLabel,
  sizes: [
    { size: 5, durationSeconds: 180 },
    { size: 10, durationSeconds: 180 },
    { size: 20, durationSeconds: 180 },
  ],
  leastPoints: 1,
  placement: 'anywhere',
  expects: 'alert',
  inject: ({ values, noise, size }) => values.map((value) => value - size * noise),
};
