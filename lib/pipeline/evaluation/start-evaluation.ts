import { createHash } from 'node:crypto';
import type { Workflow } from '../../workflows/workflow.ts';
import { UnknownMetricError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import { startRun } from '../runs/start-run.ts';
import { evaluationDocument } from './evaluation-documents.ts';
import { type EvaluationRequest, resolveRequest } from './evaluation-request.ts';

/** The ports for starting an evaluation. */
export interface StartingPorts {
  readonly runs: RunStore;
  readonly workflow: Pick<Workflow, 'start'>;
}

/**
 * Starts an evaluation unless the same request was made before (see `startRun`).
 *
 * @param idempotencyKey requests with the same key start one run; undefined for a run of its own.
 * @param known names of the configured metrics.
 * @param nowSeconds the default end of the history.
 * @returns the id of the run.
 * @throws UnknownMetricError when the metric is unknown.
 * @throws InvalidRequestError when the window is invalid.
 * @throws IdempotencyKeyReusedError when the key belongs to another request.
 */
export async function startEvaluation(
  { runs, workflow }: StartingPorts,
  request: EvaluationRequest,
  idempotencyKey: string | undefined,
  known: readonly string[],
  nowSeconds: number,
): Promise<string> {
  if (!known.includes(request.metric)) throw new UnknownMetricError(request.metric, known);
  const asked = digest(request);
  const order = resolveRequest(request, nowSeconds);
  return startRun(workflow, idempotencyKey, async (id) => {
    const run = { id, state: 'running', order, asked, startedAtSeconds: Math.floor(nowSeconds) } as const;
    const kept = await runs.keepFirst(evaluationDocument, id, run);
    return kept.asked === asked;
  });
}

/** A digest that is equal for equal requests. */
function digest(request: EvaluationRequest): string {
  const sorted = Object.entries(request).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
