import { type Fault, noiseLabel } from './fault.ts';

/** A lasting step up: a new release that needs more, or a failed node whose load moves to its neighbours. */
export const levelShiftUp: Fault = {
  title: 'level shift up',
  sizeLabel: noiseLabel,
  sizes: [
    { size: 2, durationSeconds: 2 * 3600 },
    { size: 4, durationSeconds: 2 * 3600 },
    { size: 8, durationSeconds: 2 * 3600 },
  ],
  leastPoints: 8,
  placement: 'anywhere',
  expects: 'alert',
  inject: ({ values, noise, size }) => values.map((value) => value + size * noise),
};
