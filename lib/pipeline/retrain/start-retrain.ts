import type { Workflow } from '../../workflows/workflow.ts';
import { UnknownMetricError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import { startRun } from '../runs/start-run.ts';
import { requestDocument } from './retrain-documents.ts';

/** A request for a retraining. */
export interface RetrainRequest {
  /** Names; undefined for all enabled metrics. */
  readonly metrics: readonly string[] | undefined;
  /** Requests with the same key start one run; undefined for a run of its own. */
  readonly idempotencyKey: string | undefined;
}

/**
 * Starts a retraining unless the same request was made before (see `startRun`).
 *
 * @param known names of the configured metrics.
 * @returns the id of the run.
 * @throws UnknownMetricError when a metric is unknown.
 * @throws IdempotencyKeyReusedError when the key belongs to another request.
 */
export async function startRetrain(
  { runs, workflow }: { readonly runs: RunStore; readonly workflow: Workflow },
  { metrics, idempotencyKey }: RetrainRequest,
  known: readonly string[],
): Promise<string> {
  const unknown = metrics?.find((metric) => !known.includes(metric));
  if (unknown !== undefined) throw new UnknownMetricError(unknown, known);
  const request = metrics === undefined ? {} : { metrics: [...new Set(metrics)].sort() };
  return startRun(workflow, idempotencyKey, async (id) => {
    const kept = await runs.keepFirst(requestDocument, id, request);
    return JSON.stringify(kept.metrics) === JSON.stringify(request.metrics);
  });
}
