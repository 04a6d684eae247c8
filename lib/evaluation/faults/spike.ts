import { type Fault, noiseLabel } from './fault.ts';

/** Values that jump up for a few samples: a burst of requests, a long garbage collection. */
export const spike: Fault = {
  title: 'spike',
  sizeLabel: noiseLabel,
  sizes: [
    { size: 5, durationSeconds: 180 },
    { size: 10, durationSeconds: 180 },
    { size: 20, durationSeconds: 180 },
  ],
  leastPoints: 1,
  placement: 'anywhere',
  expects: 'alert',
  inject: ({ values, noise, size }) => values.map((value) => value + size * noise),
};
