import { ObjectConflictError } from '../../storage/errors.ts';

/** With the state in memory, with the one that another tick then saves over, and with nothing left to do. */
const ATTEMPTS = 3;

/**
 * Runs a tick again when another one of its shard saved first. Containers belong to no shard: when another container had
 * the shard since this one did, the state in memory is out of date, which shows at the save. The next attempt begins from
 * what is stored; where another tick has done the work, it finds nothing to do.
 *
 * @throws ObjectConflictError when others were faster at every attempt, and whatever else the tick throws.
 */
export async function retryOnConflict<Summary>(tick: () => Promise<Summary>): Promise<Summary> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tick();
    } catch (error) {
      if (!(error instanceof ObjectConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}
