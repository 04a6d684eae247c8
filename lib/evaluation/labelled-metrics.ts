import { estimateMedian, estimateShare } from './bootstrap.ts';
import { bestDelayF1, type DelayF1 } from './delay-f1.ts';
import type { Estimate } from './estimate.ts';
import { scoreEvents } from './event-scores.ts';
import { countPoints, type PointScores, pointScores, sumPoints } from './point-scores.ts';
import type { JudgedSeries } from './series-evaluation.ts';

/** The alerts compared with the labelled incidents. */
export interface LabelledMetrics {
  readonly incidents: number;
  /** Fraction of the incidents that were found. */
  readonly recall: Estimate;
  /** Fraction of the alerts that belong to an incident. */
  readonly precision: Estimate;
  /** Over the found incidents. */
  readonly delaySeconds: Estimate;
  /** Sample by sample, without any adjustment. */
  readonly points: PointScores;
  /** The best F1 of the scores at one threshold, by the rule of the AIOps challenge. */
  readonly delayF1: DelayF1;
}

/** @returns undefined when no series is labelled. */
export function labelledMetrics(series: readonly JudgedSeries[], seed: number): LabelledMetrics | undefined {
  const labelled = series.flatMap(({ evaluation, judgement }) =>
    evaluation.truth === undefined ? [] : [{ evaluation, judgement, truth: evaluation.truth }],
  );
  if (labelled.length === 0) return undefined;
  const found: boolean[] = [];
  const delays: number[] = [];
  const isReal: boolean[] = [];
  for (const { evaluation, judgement } of labelled) {
    const { incidents, firstRow, stepSeconds } = evaluation;
    for (const incident of incidents.filter(({ firstIndex }) => firstIndex >= firstRow)) {
      const delay = scoreEvents(judgement.alertRows, [incident], firstRow).delaysPoints[0];
      found.push(delay !== undefined);
      if (delay !== undefined) delays.push(delay * stepSeconds);
    }
    for (const row of judgement.alertRows.filter((row) => row >= firstRow))
      isReal.push(scoreEvents([row], incidents).falseAlerts === 0);
  }
  return {
    incidents: found.length,
    recall: estimateShare(found, seed),
    precision: estimateShare(isReal, seed),
    delaySeconds: estimateMedian(delays, seed),
    points: pointScores(
      sumPoints(
        labelled.map(({ judgement, truth, evaluation }) =>
          countPoints(judgement.anomalous, truth, evaluation.firstRow),
        ),
      ),
    ),
    delayF1: bestDelayF1(
      labelled.map(({ evaluation: { firstRow, history }, truth }) => ({
        scores: Float64Array.from(history.scores.slice(firstRow), (score) => score?.score ?? Number.NaN),
        labels: truth.subarray(firstRow),
      })),
    ),
  };
}
