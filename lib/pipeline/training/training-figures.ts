import type { HoldoutScores } from '../../baseline/holdout-scores.ts';
import type { TrainedSeries } from '../../models/model-set.ts';
import { quantile } from '../../series/quantile.ts';

/** A metric's training in numbers; NaN when nothing was held out, which result stores leave out. */
export function trainingFigures(series: readonly TrainedSeries[], warnings: readonly string[]) {
  const count = (outcome: string) => series.filter(({ decision }) => decision.outcome === outcome).length;
  const candidates = series.flatMap(({ decision: { candidate } }) => candidate ?? []);
  const ratios = series.flatMap(({ decision: { candidate, seasonalNaive } }) =>
    candidate === undefined || seasonalNaive === undefined || seasonalNaive.error === 0
      ? []
      : [candidate.error / seasonalNaive.error],
  );
  return {
    series: series.length,
    promoted: count('promoted'),
    kept: count('kept'),
    refused: count('refused'),
    tooLittleHistory: count('too-little-history'),
    seasonalNaive: series.filter(({ fitted }) => fitted?.kind === 'seasonal-naive').length,
    warnings: warnings.length,
    medianCoverage: medianOf(candidates, ({ coverage }) => coverage),
    medianErrorToSeasonalNaive: quantile(Float64Array.from(ratios), 0.5),
    // A mean, since the median of such a small rate is usually 0.
    meanFalseAlertsPerWeek: meanOf(candidates.flatMap(({ falseAlertsPerWeek }) => falseAlertsPerWeek ?? [])),
    meanChampionFalseAlertsPerWeek: meanOf(
      series.flatMap(({ decision: { champion } }) => champion?.falseAlertsPerWeek ?? []),
    ),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(scores: readonly HoldoutScores[], value: (scores: HoldoutScores) => number): number {
  return quantile(Float64Array.from(scores, value), 0.5);
}
