import { type Fault, noiseLabel } from './fault.ts';

/** A lasting step down: part of the traffic goes elsewhere. */
export const levelShiftDown: Fault = {
  title: 'level shift down',
  sizeLabel: noiseLabel,
  sizes: [
    { size: 2, durationSeconds: 2 * 3600 },
    { size: 4, durationSeconds: 2 * 3600 },
    { size: 8, durationSeconds: 2 * 3600 },
  ],
  leastPoints: 8,
  placement: 'anywhere',
  expects: 'alert',
  inject: ({ values, noise, size }) => values.map((value) => value - size * noise),
};
