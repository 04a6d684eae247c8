import {
  type NabProfile,
  type NabResult,
  type NabSeries,
  nabPoints,
  normalizedNabScore,
} from './nab-score.ts';

/** The threshold at which a detector's scores do best, and how well. */
export interface NabOptimum extends NabResult {
  /** A row is a detection from this score on; Infinity when silence is best. */
  readonly threshold: number;
}

/**
 * The one threshold over all files that gives the highest benchmark score: the highest such threshold if several do.
 * Every distinct score is tried, in one pass over the rows in descending order of score.
 *
 * @throws RangeError when a window lies outside its file.
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
