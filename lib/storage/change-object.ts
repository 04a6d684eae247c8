import { ObjectConflictError } from './errors.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** Writers of one object take turns: each try but one of several at once succeeds, so this many never all fail. */
const ATTEMPTS = 20;

/**
 * Reads an object, changes it and writes it back, again from the start when somebody else wrote in between: no change
 * of anybody is lost.
 *
 * @param change the new bytes, from the object as it is; undefined when there is none. Called once a try.
 * @throws ObjectConflictError when others were faster 20 times.
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
