import { createHash, randomUUID } from 'node:crypto';
import type { Workflow } from '../../workflows/workflow.ts';
import { IdempotencyKeyReusedError } from '../errors.ts';

/**
 * Starts a run, unless the same request was made before. Its request is stored first: whoever is interrupted between the
 * two repeats the request with its key, and the run is started then.
 *
 * @param idempotencyKey the same key again is the same run; undefined for a run of its own.
 * @param begin stores the request under the id; it returns whether the request that is stored is this one.
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

/** Any text may be a key, but not every text an id. */
function idOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
}
