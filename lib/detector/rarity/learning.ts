import type { RarityState } from './state.ts';

/** Weight of the newest sample in the fast level; .15 to .5 were equal within noise, a trend term added nothing. */
const FAST_WEIGHT = 0.3;
/**
 * The scales learn nothing beyond this many scale units. Smaller clips (8, 20, 100) collapse the scales of sparse series,
 * where a rare value is hundreds of units out.
 */
const CLIP_UNITS = 300;
/** From here on the scales are known well enough to clip by them. */
const CLIP_AFTER_POINTS = 50;

/** Moves levels and scales towards one adjusted value. The scales of the outlook are those before the sample. */
export function learnScales(
  state: RarityState,
  adjusted: number,
  scales: { readonly spread: number; readonly innovationScale: number; readonly differenceScale: number },
): void {
  const first = 1 / (state.count + 1);
  const { forgetting } = state.constants;
  // Levels are the series' own from its first sample on; scales may be those of its siblings.
  const levelWeight = Math.max(forgetting, first);
  const weight = Math.max(forgetting, 1 / (state.count + 1 + state.borrowed));
  let innovation = adjusted - state.fastLevel;
  let difference = Math.abs(adjusted - state.lastAdjusted);
  let deviation = adjusted - state.mean;
  if (state.count + state.borrowed > CLIP_AFTER_POINTS) {
    const innovationLimit = CLIP_UNITS * scales.innovationScale;
    const deviationLimit = CLIP_UNITS * scales.spread;
    innovation = Math.max(-innovationLimit, Math.min(innovationLimit, innovation));
    difference = Math.min(CLIP_UNITS * scales.differenceScale, difference);
    deviation = Math.max(-deviationLimit, Math.min(deviationLimit, deviation));
  }
  state.fastLevel += Math.max(FAST_WEIGHT, first) * innovation;
  state.innovationScale += weight * (Math.abs(innovation) - state.innovationScale);
  state.differenceScale += weight * (difference - state.differenceScale);
  state.deviationScale += weight * (Math.abs(deviation) - state.deviationScale);
  state.mean += levelWeight * deviation;
  state.variance = (1 - weight) * (state.variance + weight * deviation * deviation);
}
