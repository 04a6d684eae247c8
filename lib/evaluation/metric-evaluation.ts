import type { AccuracyCard } from './accuracy-card.ts';
import type { Calibration } from './calibration.ts';
import type { LabelledMetrics } from './labelled-metrics.ts';
import type { SeriesEvaluation } from './series-evaluation.ts';

/** The results of an evaluation of a metric. */
export interface MetricEvaluation {
  readonly card: AccuracyCard;
  /** Compared with labels; undefined without any. */
  readonly labelled: LabelledMetrics | undefined;
  /** False alerts at several budgets. */
  readonly calibration: readonly Calibration[];
  /** The fraction of samples that the models' bands should hold. */
  readonly bandLevel: number;
  readonly series: readonly SeriesEvaluation[];
}
