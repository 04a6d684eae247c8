import type { AccuracyCard } from './accuracy-card.ts';
import type { Calibration } from './calibration.ts';
import type { LabelledMetrics } from './labelled-metrics.ts';
import type { SeriesEvaluation } from './series-evaluation.ts';

/** What an evaluation found out about a metric. */
export interface MetricEvaluation {
  readonly card: AccuracyCard;
  /** Against the labels that people gave; undefined without any. */
  readonly labelled: LabelledMetrics | undefined;
  /** False alerts at several budgets. */
  readonly calibration: readonly Calibration[];
  /** The share that the models' bands promise to hold. */
  readonly bandLevel: number;
  readonly series: readonly SeriesEvaluation[];
}
