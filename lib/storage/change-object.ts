import { ObjectConflictError } from './errors.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/**
 * Of several concurrent writers at least one succeeds, so this many conflicts in a row mean a very busy
 * object.
 */
const ATTEMPTS = 20;

/**
 * Reads an object, changes it and writes it back; starts again when another writer was first, so that no
 * change is lost.
 *
 * @param change the new bytes from the current object; undefined when it does not exist. Called once per
 * attempt.
 * @throws ObjectConflictError when other writers were first 20 times.
 */
export async function changeObject(
  objects: ObjectStore,
  key: string,
  change: (stored: StoredObject | undefined) => Uint8Array | Promise<Uint8Array>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await objects.get(key);
    const bytes = await change(stored);
    try {
      await objects.put(
        key,
        bytes,
        stored === undefined ? { kind: 'absent' } : { kind: 'unchanged-since', etag: stored.etag },
      );
      return;
    } catch (error) {
      if (!(error instanceof ObjectConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}
