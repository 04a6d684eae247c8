import { createHash, randomUUID } from 'node:crypto';
import type { Workflow } from '../../workflows/workflow.ts';
import { IdempotencyKeyReusedError, UnknownMetricError } from '../errors.ts';
import type { RetrainStore } from './retrain-store.ts';

/** What is asked for. */
export interface RetrainRequest {
  /** Names; undefined for all that are enabled. */
  readonly metrics: readonly string[] | undefined;
  /** The same key again is the same run; undefined for a run of its own. */
  readonly idempotencyKey: string | undefined;
}

/**
 * Starts a retraining, unless the very same was ordered before. The order is stored first: whoever is ended between the
 * two repeats the request with its key, and the run is started then.
 *
 * @param known the metrics that the configuration names.
 * @returns the id of the run.
 * @throws UnknownMetricError when a metric is not known.
 * @throws IdempotencyKeyReusedError when the key belongs to another order.
 */
export async function startRetrain(
  { store, workflow }: { readonly store: RetrainStore; readonly workflow: Workflow },
  { metrics, idempotencyKey }: RetrainRequest,
  known: readonly string[],
): Promise<string> {
  const unknown = metrics?.find((metric) => !known.includes(metric));
  if (unknown !== undefined) throw new UnknownMetricError(unknown, known);
  const id = idempotencyKey === undefined ? randomUUID() : idOf(idempotencyKey);
  const request = metrics === undefined ? {} : { metrics: [...new Set(metrics)].sort() };
  const kept = await store.keepRequest(id, request);
  if (idempotencyKey !== undefined && JSON.stringify(kept) !== JSON.stringify(request))
    throw new IdempotencyKeyReusedError(idempotencyKey);
  await workflow.start(id);
  return id;
}

/** Any text may be a key, but not every text an id. */
function idOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
}
