import type { Connection } from '../connections/connection.ts';

/** An object with the tag that a conditional write needs. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** The condition for a write. */
export type WriteCondition =
  | { readonly kind: 'unchanged-since'; readonly etag: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'none' };

/**
 * A store of named objects with compare-and-swap, on S3 or a disk, for states, models and champions. Keys are
 * plain paths such as `state/shard-0.cbor`; others throw InvalidObjectKeyError.
 */
export interface ObjectStore {
  /** `s3`, `filesystem`, `memory`. */
  readonly name: string;
  /** The object, or undefined when the key does not exist. */
  get(key: string): Promise<StoredObject | undefined>;
  /**
   * Writes the whole object, or nothing.
   *
   * @returns the new object's tag.
   * @throws ObjectConflictError when the condition does not hold: another writer was first.
   */
  put(key: string, bytes: Uint8Array, condition: WriteCondition): Promise<string>;
  /** The keys that begin with the prefix, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Removes the object; a missing one is not an error. */
  delete(key: string): Promise<void>;
  /**
   * What the object was before, newest first; a store that keeps no older versions has no such method.
   *
   * @param limit how many at most.
   */
  olderVersions?(key: string, limit: number): Promise<readonly Uint8Array[]>;
  /** Asks the store whether it is up; never throws. */
  check(): Promise<Connection>;
}
