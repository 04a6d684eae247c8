import { durationLabel, type Fault } from './fault.ts';

/** An outage: the metric is still reported, and is zero. */
export const outage: Fault = {
  title: 'outage to zero',
  sizeLabel: durationLabel,
  sizes: [
    { size: 1, durationSeconds: 120 },
    { size: 1, durationSeconds: 900 },
    { size: 1, durationSeconds: 3600 },
  ],
  leastPoints: 1,
  placement: 'anywhere',
  expects: 'alert',
  inject: ({ values }) => values.map(() => 0),
};
