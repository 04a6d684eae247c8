import type { Detector } from './detector.ts';
import { ewmaChart } from './ewma-chart.ts';

/** Every detector that a configuration may name: a new one is a file and a line here. */
export const detectors = {
  'ewma-chart': ewmaChart,
} as const satisfies Record<string, Detector<unknown>>;
