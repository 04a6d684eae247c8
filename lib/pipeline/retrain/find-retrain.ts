import type { ExecutionState, Workflow } from '../../workflows/workflow.ts';
import { UnknownRunError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import {
  type MetricProgress,
  planDocument,
  progressOf,
  reportDocument,
  requestDocument,
  type SettledMetric,
} from './retrain-documents.ts';

/** Progress of one metric of a run. */
export interface RetrainedMetric {
  readonly metric: string;
  readonly status: 'waiting' | 'running' | SettledMetric['status'];
  readonly reason?: string | undefined;
  readonly version?: string | undefined;
  readonly replaced?: string | undefined;
  readonly series?: number | undefined;
  readonly promotedSeries?: number | undefined;
  readonly warnings: readonly string[];
}

/** Progress of a run. */
export interface Retraining {
  readonly id: string;
  readonly state: 'waiting' | ExecutionState;
  /** Unix seconds; undefined until the run is planned. */
  readonly startedAtSeconds: number | undefined;
  readonly endedAtSeconds: number | undefined;
  readonly metrics: readonly RetrainedMetric[];
}

/**
 * Reports the progress of a retraining, metric by metric.
 *
 * @throws UnknownRunError when the run does not exist.
 */
export async function findRetrain(
  { runs, workflow }: { readonly runs: RunStore; readonly workflow: Workflow },
  id: string,
): Promise<Retraining> {
  const [request, plan, report] = await Promise.all([
    runs.read(requestDocument, id),
    runs.read(planDocument, id),
    runs.read(reportDocument, id),
  ]);
  if (plan === undefined && request === undefined) throw new UnknownRunError(id);
  const state = (await workflow.stateOf(id)) ?? (report === undefined ? 'waiting' : 'succeeded');
  const isOver = state === 'failed' || state === 'stopped';
  const names = plan?.metrics ?? request?.metrics ?? [];
  const progress = plan === undefined ? [] : await progressOf(runs, id, names);
  return {
    id,
    state: state === 'running' && plan === undefined ? 'waiting' : state,
    startedAtSeconds: plan?.timeSeconds,
    endedAtSeconds: report?.endedAtSeconds,
    metrics: names.map((metric, index) => metricStatus(metric, progress[index], isOver)),
  };
}

/** @param isOver the run ended without its report: metrics that are not settled never will be. */
function metricStatus(
  metric: string,
  progress: MetricProgress | undefined,
  isOver: boolean,
): RetrainedMetric {
  if (isOver && progress?.stage !== 'settled')
    return { metric, status: 'failed', reason: 'the run ended before this metric was done', warnings: [] };
  if (progress === undefined) return { metric, status: 'waiting', warnings: [] };
  if (progress.stage === 'fitting') return { metric, status: 'running', warnings: [] };
  const { figures, warnings } = progress;
  const counts = { series: figures.series, promotedSeries: figures.promoted };
  if (progress.stage === 'fitted') return { metric, status: 'running', ...counts, warnings };
  const { status, reason, reasons, version, replaced } = progress;
  const why = status === 'promoted' ? reason : [reason, ...reasons].filter(Boolean).join('; ') || undefined;
  return { metric, status, reason: why, version, replaced, ...counts, warnings };
}
