import { createHash, randomUUID } from 'node:crypto';
import type { Workflow } from '../../workflows/workflow.ts';
import { IdempotencyKeyReusedError } from '../errors.ts';

/**
 * Starts a run unless the same request was made before. The request is stored first: a caller that is interrupted before
 * the start repeats the request with its key, and the run starts then.
 *
 * @param idempotencyKey requests with the same key start one run; undefined for a run of its own.
 * @param begin stores the request under the id and returns whether the stored request equals this one.
 * @returns the id of the run.
 * @throws IdempotencyKeyReusedError when the key belongs to another request.
 */
export async function startRun(
  workflow: Pick<Workflow, 'start'>,
  idempotencyKey: string | undefined,
  begin: (id: string) => Promise<boolean>,
): Promise<string> {
  const id = idempotencyKey === undefined ? randomUUID() : idOf(idempotencyKey);
  const isSame = await begin(id);
  if (idempotencyKey !== undefined && !isSame) throw new IdempotencyKeyReusedError(idempotencyKey);
  await workflow.start(id);
  return id;
}

/** A key may be any text, an id may not. */
function idOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
}
