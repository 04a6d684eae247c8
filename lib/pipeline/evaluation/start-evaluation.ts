import { createHash, randomUUID } from 'node:crypto';
import type { Workflow } from '../../workflows/workflow.ts';
import { IdempotencyKeyReusedError, UnknownMetricError } from '../errors.ts';
import { type EvaluationRequest, resolveRequest } from './order.ts';
import type { EvaluationRunStore } from './run-store.ts';

/** What an evaluation is started with. */
export interface StartingPorts {
  readonly runs: EvaluationRunStore;
  readonly workflow: Pick<Workflow, 'start'>;
}

/**
 * Starts an evaluation, unless the very same was ordered before. The run is kept first: whoever is ended between the two
 * repeats the request with its key, and it is started then.
 *
 * @param idempotencyKey the same key again is the same run; undefined for a run of its own.
 * @param known the metrics that the configuration names.
 * @param nowSeconds the end of the history where the order names none.
 * @returns the id of the run.
 * @throws UnknownMetricError when the metric is not known.
 * @throws InvalidOrderError when the order can't be carried out.
 * @throws IdempotencyKeyReusedError when the key belongs to another order.
 */
export async function startEvaluation(
  { runs, workflow }: StartingPorts,
  order: EvaluationRequest,
  idempotencyKey: string | undefined,
  known: readonly string[],
  nowSeconds: number,
): Promise<string> {
  if (!known.includes(order.metric)) throw new UnknownMetricError(order.metric, known);
  const id = idempotencyKey === undefined ? randomUUID() : idOf(idempotencyKey);
  const run = {
    id,
    state: 'running',
    asked: digest(order),
    order: resolveRequest(order, nowSeconds),
    startedAtSeconds: Math.floor(nowSeconds),
  } as const;
  const kept = await runs.begin(run);
  if (idempotencyKey !== undefined && kept.asked !== run.asked)
    throw new IdempotencyKeyReusedError(idempotencyKey);
  await workflow.start(id);
  return id;
}

/** Any text may be a key, but not every text an id. */
function idOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
}

/** The same for the same order, whenever it was given. */
function digest(order: EvaluationRequest): string {
  const sorted = Object.entries(order).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
