import {
  type NabProfile,
  type NabResult,
  type NabSeries,
  nabPoints,
  normalizedNabScore,
} from './nab-score.ts';

/** The best threshold for a detector's scores, and its result. */
export interface NabOptimum extends NabResult {
  /** Rows with at least this score are detections; Infinity when silence is best. */
  readonly threshold: number;
}

/**
 * The one threshold over all files with the highest benchmark score: the highest such threshold if several
 * have it. Every distinct score is tried, in one walk through the rows in descending order of score.
 *
 * @throws RangeError when a window is outside its file.
 */
export function bestNabThreshold(corpus: readonly NabSeries[], profile: NabProfile): NabOptimum {
  const { points, windows } = nabPoints(corpus);
  const ranked = points.filter((point) => !Number.isNaN(point.score)).sort((a, b) => b.score - a.score);
  const rewards = new Map<number, number>();
  let reward = 0;
  let cost = 0;
  let falseAlerts = 0;
  let best: NabOptimum = {
    threshold: Infinity,
    score: normalizedNabScore({ reward, cost, hits: 0, windows }, profile),
    hits: 0,
    windows,
    falseAlerts,
  };
  for (const [rank, point] of ranked.entries()) {
    if (point.window < 0) {
      cost += point.worth;
      falseAlerts += 1;
    } else {
      const before = rewards.get(point.window) ?? 0;
      rewards.set(point.window, Math.max(before, point.worth));
      reward += Math.max(0, point.worth - before);
    }
    // Rows of equal score are detected together or not at all.
    if (ranked[rank + 1]?.score === point.score) continue;
    const score = normalizedNabScore({ reward, cost, hits: rewards.size, windows }, profile);
    if (score > best.score)
      best = { threshold: point.score, score, hits: rewards.size, windows, falseAlerts };
  }
  return best;
}
