import type { Detector } from './detector.ts';
import { UnknownDetectorError } from './errors.ts';
import { ewmaChart } from './ewma-chart.ts';

/** Every detector that a configuration may name: a new one is a file and a line here. */
const detectors: Readonly<Record<string, Detector<unknown>>> = {
  'ewma-chart': ewmaChart,
};

/**
 * The detector of a name.
 *
 * @throws UnknownDetectorError
 */
export function detectorNamed(name: string): Detector<unknown> {
  const detector = Object.hasOwn(detectors, name) ? detectors[name] : undefined;
  if (detector === undefined) throw new UnknownDetectorError(name, Object.keys(detectors));
  return detector;
}
