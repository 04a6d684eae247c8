/** The point scores of one series with their labels. */
export interface LabelledScores {
  /** Higher is more anomalous; NaN where nothing was scored. */
  readonly scores: ArrayLike<number>;
  /** One per score; 0 is normal, anything else is labelled. */
  readonly labels: ArrayLike<number>;
}

/** Detection quality of point scores at one threshold. */
export interface DelayF1 {
  /** 0 to 1; 0 when nothing is labelled or found. */
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  /** Points with at least this score are anomalous; Infinity when no threshold finds anything. */
  readonly threshold: number;
}

/** The challenge's tolerated delay for minute data, in points. */
const TOLERATED_DELAY_POINTS = 7;

/**
 * F1 over points, where a run of labelled points counts as found completely when one of its points is
 * anomalous at most `delayPoints` after its first one, otherwise as missed completely. Pooled over all
 * series, at the one threshold that gives the highest F1 (the highest such threshold if several do).
 *
 * Source: the AIOps challenge 2018 on KPI anomaly detection; Ren et al. 2019, Time-Series Anomaly Detection
 * Service at Microsoft, section 4.2.
 */
export function bestDelayF1(
  series: readonly LabelledScores[],
  delayPoints: number = TOLERATED_DELAY_POINTS,
): DelayF1 {
  const gains: Gains = { scores: [], points: [] };
  let labelled = 0;
  for (const one of series) labelled += addGains(gains, one, delayPoints);
  const order = Uint32Array.from(gains.scores.keys()).sort((a, b) => gains.scores[b]! - gains.scores[a]!);
  let truePositives = 0;
  let falsePositives = 0;
  let best: DelayF1 = { f1: 0, precision: 0, recall: 0, threshold: Infinity };
  for (const [rank, index] of order.entries()) {
    const points = gains.points[index]!;
    if (points > 0) truePositives += points;
    else falsePositives += 1;
    // Points of equal score become anomalous together.
    if (gains.scores[order[rank + 1] ?? -1] === gains.scores[index]) continue;
    const f1 = (2 * truePositives) / (truePositives + falsePositives + labelled);
    if (f1 > best.f1)
      best = {
        f1,
        precision: truePositives / (truePositives + falsePositives),
        recall: truePositives / labelled,
        threshold: gains.scores[index]!,
      };
  }
  return best;
}

/** What lowering the threshold to a score adds: the points of a found run, or 0 for one false positive. */
interface Gains {
  readonly scores: number[];
  readonly points: number[];
}

/** Adds the possible gains of one series, and returns its number of labelled points. */
function addGains(gains: Gains, { scores, labels }: LabelledScores, delayPoints: number): number {
  let labelled = 0;
  let index = 0;
  while (index < labels.length) {
    const first = index;
    if (!labels[first]) {
      index += 1;
      if (!Number.isNaN(scores[first])) add(gains, scores[first]!, 0);
      continue;
    }
    let highest = Number.NaN;
    for (; index < labels.length && labels[index]; index += 1) {
      const score = scores[index]!;
      const isTimely = index - first <= delayPoints;
      if (isTimely && !Number.isNaN(score) && !(score <= highest)) highest = score;
    }
    if (!Number.isNaN(highest)) add(gains, highest, index - first);
    labelled += index - first;
  }
  return labelled;
}

function add(gains: Gains, score: number, points: number): void {
  gains.scores.push(score);
  gains.points.push(points);
}
