/** How many points were judged in which way. */
export interface PointCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** Detection quality point by point; null where nothing was called or nothing was there. */
export interface PointScores {
  /** Share of the points called anomalous that are. */
  readonly precision: number | null;
  /** Share of the anomalous points that were called so. */
  readonly recall: number | null;
  /** Their harmonic mean; 0 when nothing anomalous was called so. */
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

/** @param anomalous what was called anomalous, and `labels` what is; one a point, anything but 0 is yes. */
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
