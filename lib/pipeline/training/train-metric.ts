import type { TrainedSeries } from '../../models/model-set.ts';
import { fitMetric, type MetricTrainingContext } from './fit-metric.ts';
import { promoteCandidate } from './promote-candidate.ts';
import type { TrainingMetric } from './training-metric.ts';

/** What became of one metric in a training run. */
export interface MetricTraining {
  readonly metric: string;
  /** `kept`: no series has a new model. `failed`: nothing was changed. */
  readonly status: 'promoted' | 'kept' | 'failed';
  /** For a person: why it failed or was kept. */
  readonly reason?: string;
  /** What is in use now. */
  readonly version?: string;
  readonly warnings: readonly string[];
  readonly series: readonly TrainedSeries[];
}

/**
 * Fits one metric and puts what came of it in use: the two steps that a workflow takes one by one.
 *
 * @throws whatever the source or the store throws; see `fitMetric`.
 */
export async function trainMetric(
  metric: TrainingMetric,
  context: MetricTrainingContext,
): Promise<MetricTraining> {
  const { candidate, withoutCandidate, ...fitted } = await fitMetric(metric, context);
  if (candidate === undefined) return { ...fitted, ...withoutCandidate };
  const { models, timeSeconds } = context;
  const promotion = await promoteCandidate(
    models,
    metric.name,
    candidate,
    timeSeconds,
    metric.settings.keepVersions,
  );
  if (!promotion.isInUse) return { ...fitted, status: 'kept', reason: promotion.reason };
  const isNew = fitted.series.some(({ decision }) => decision.outcome === 'promoted');
  return { ...fitted, status: isNew ? 'promoted' : 'kept', version: promotion.version };
}
