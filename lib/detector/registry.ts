import type { Detector } from './detector.ts';
import { UnknownDetectorError } from './errors.ts';
import { ewmaChart } from './ewma-chart.ts';
import { intervalRatio } from './interval-ratio.ts';
import { intervalRule } from './interval-rule.ts';
import { rarity } from './rarity/rarity.ts';

/** Every detector that a configuration may name, the default first: a new one is a file and a line here. */
export const detectors = {
  rarity,
  'ewma-chart': ewmaChart,
  'interval-rule': intervalRule,
  'interval-ratio': intervalRatio,
} as const satisfies Record<string, Detector<unknown>>;

/** The name of a registered detector. */
export type DetectorName = keyof typeof detectors;

/**
 * The detector of a name that comes from outside the program, such as a stored state.
 *
 * @throws UnknownDetectorError
 */
export function detectorNamed(name: string): Detector<unknown> {
  if (Object.hasOwn(detectors, name)) return detectors[name as DetectorName];
  throw new UnknownDetectorError(name, Object.keys(detectors));
}
