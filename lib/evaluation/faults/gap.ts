import { durationLabel, type Fault } from './fault.ts';

/**
 * No samples at all. The verdict is `no-data`, which has its own alert rule; the return of the series is no
 * anomaly, so the detector must stay silent.
 */
export const gap: Fault = {
  title: 'gap',
  sizeLabel: durationLabel,
  sizes: [
    { size: 1, durationSeconds: 300 },
    { size: 1, durationSeconds: 3600 },
    { size: 1, durationSeconds: 6 * 3600 },
  ],
  leastPoints: 1,
  placement: 'anywhere',
  expects: 'silence',
  inject: ({ values }) => values.map(() => Number.NaN),
};
