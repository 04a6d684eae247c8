import type { Evidence } from './score.ts';
import type { DetectionSettings } from './settings.ts';

/**
 * Whether the user wants to hear of such evidence at all: the direction matters and the deviation is large enough. A
 * stuck value has neither and always passes.
 */
export function mattersToUser(evidence: Evidence, settings: DetectionSettings): boolean {
  if (evidence.channel === 'flat') return true;
  const { direction } = settings;
  if (direction !== 'both' && evidence.direction !== (direction === 'up' ? 1 : -1)) return false;
  return evidence.deviation >= leastDeviation(settings, evidence.level);
}

/** The smallest deviation that the user wants to hear of around a level, in the unit of the value. */
export function leastDeviation({ minimumDeviation }: DetectionSettings, level: number): number {
  const { absolute, relative } = minimumDeviation;
  return Math.max(absolute, relative * Math.abs(level));
}
