import type { Connection } from '../connections/connection.ts';
import { ObjectConflictError } from './errors.ts';
import { checkObjectKey } from './object-key.ts';
import type { ObjectStore, StoredObject, WriteCondition } from './object-store.ts';

/** Objects that live as long as the process: for runs that nobody looks up later. */
export class MemoryObjectStore implements ObjectStore {
  readonly name = 'memory';
  readonly #objects = new Map<string, StoredObject>();
  #writes = 0;

  async get(key: string): Promise<StoredObject | undefined> {
    checkObjectKey(key);
    const stored = this.#objects.get(key);
    return stored && { ...stored, bytes: copyOf(stored.bytes) };
  }

  async put(key: string, bytes: Uint8Array, condition: WriteCondition): Promise<string> {
    checkObjectKey(key);
    const stored = this.#objects.get(key);
    const holds =
      condition.kind === 'none' ||
      (condition.kind === 'absent' ? stored === undefined : stored?.etag === condition.etag);
    if (!holds) throw new ObjectConflictError(key);
    this.#writes += 1;
    const etag = String(this.#writes);
    this.#objects.set(key, { bytes: copyOf(bytes), etag });
    return etag;
  }

  async list(prefix: string): Promise<string[]> {
    return [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async delete(key: string): Promise<void> {
    checkObjectKey(key);
    this.#objects.delete(key);
  }

  async check(): Promise<Connection> {
    return { service: this.name, isUp: true, detail: `${this.#objects.size} objects` };
  }
}

/** `slice` of a Buffer is a view: whoever wrote it would change the stored object. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
