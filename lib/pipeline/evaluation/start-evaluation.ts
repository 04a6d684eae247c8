import { createHash } from 'node:crypto';
import type { Workflow } from '../../workflows/workflow.ts';
import { UnknownMetricError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import { startRun } from '../runs/start-run.ts';
import { evaluationDocument } from './evaluation-documents.ts';
import { type EvaluationRequest, resolveRequest } from './evaluation-request.ts';

/** What an evaluation is started with. */
export interface StartingPorts {
  readonly runs: RunStore;
  readonly workflow: Pick<Workflow, 'start'>;
}

/**
 * Starts an evaluation, unless the same one was requested before (see `startRun`).
 *
 * @param idempotencyKey the same key again is the same run; undefined for a run of its own.
 * @param known the metrics that the configuration names.
 * @param nowSeconds the end of the history where the request names none.
 * @returns the id of the run.
 * @throws UnknownMetricError when the metric is not known.
 * @throws InvalidRequestError when the request can't be carried out.
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

/** The same for the same request, whenever it was made. */
function digest(request: EvaluationRequest): string {
  const sorted = Object.entries(request).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
