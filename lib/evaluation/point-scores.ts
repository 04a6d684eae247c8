/** Points by outcome. */
export interface PointCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** Detection quality point by point; null when the denominator is zero. */
export interface PointScores {
  /** Fraction of the flagged points that are anomalous. */
  readonly precision: number | null;
  /** Fraction of the anomalous points that are flagged. */
  readonly recall: number | null;
  /** Their harmonic mean; 0 when no anomalous point is flagged. */
  readonly f1: number | null;
}

/**
 * Precision, recall and F1 over points, without any adjustment for runs: F1 = 2 TP / (2 TP + FP + FN).
 *
 * Source: van Rijsbergen 1979, Information Retrieval, chapter 7.
 */
export function pointScores({ truePositives, falsePositives, falseNegatives }: PointCounts): PointScores {
  const called = truePositives + falsePositives;
  const anomalous = truePositives + falseNegatives;
  return {
    precision: called === 0 ? null : truePositives / called,
    recall: anomalous === 0 ? null : truePositives / anomalous,
    f1: called + anomalous === 0 ? null : (2 * truePositives) / (called + anomalous),
  };
}

/**
 * @param anomalous the flagged points, and `labels` the anomalous ones; one per point, anything but 0 is yes.
 */
export function countPoints(
  anomalous: ArrayLike<number>,
  labels: ArrayLike<number>,
  firstIndex = 0,
): PointCounts {
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  for (let index = firstIndex; index < labels.length; index += 1) {
    if (anomalous[index] && labels[index]) truePositives += 1;
    else if (anomalous[index]) falsePositives += 1;
    else if (labels[index]) falseNegatives += 1;
  }
  return { truePositives, falsePositives, falseNegatives };
}

/** The sum of counts. */
export function sumPoints(counts: readonly PointCounts[]): PointCounts {
  const total = (field: keyof PointCounts): number => counts.reduce((sum, one) => sum + one[field], 0);
  return {
    truePositives: total('truePositives'),
    falsePositives: total('falsePositives'),
    falseNegatives: total('falseNegatives'),
  };
}
