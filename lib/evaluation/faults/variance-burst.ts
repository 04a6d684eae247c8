import { normalAt } from '../../series/seeded-noise.ts';
import { type Fault, noiseLabel } from './fault.ts';

/** Noisy values: independent normal noise of `size` times the series' own is added. */
export const varianceBurst: Fault = {
  title: 'variance burst',
  sizeLabel: noiseLabel,
  sizes: [
    { size: 2, durationSeconds: 3600 },
    { size: 4, durationSeconds: 3600 },
    { size: 8, durationSeconds: 3600 },
  ],
  leastPoints: 8,
  placement: 'anywhere',
  expects: 'alert',
  inject: ({ values, noise, size, seed }) =>
    values.map((value, index) => value + size * noise * normalAt(seed, index)),
};
