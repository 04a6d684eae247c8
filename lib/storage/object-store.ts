import type { Connection } from '../connections/connection.ts';

/** One object as it was read, with the tag that a conditional write needs. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** What must be true of the object for a write to happen. */
export type WriteCondition =
  | { readonly kind: 'unchanged-since'; readonly etag: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'none' };

/**
 * A store of named objects with compare-and-swap: what states, models and champions need of S3 or a disk. Keys are
 * plain paths such as `state/shard-0.cbor`; any other is refused with an InvalidObjectKeyError.
 */
export interface ObjectStore {
  /** `s3`, `filesystem`, `memory`. */
  readonly name: string;
  /** The object, or undefined when there is none of that key. */
  get(key: string): Promise<StoredObject | undefined>;
  /**
   * Writes the whole object, or nothing.
   *
   * @returns the new object's tag.
   * @throws ObjectConflictError when the condition does not hold: somebody else wrote.
   */
  put(key: string, bytes: Uint8Array, condition: WriteCondition): Promise<string>;
  /** The keys that begin with the prefix, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Removes the object; one that is not there is no error. */
  delete(key: string): Promise<void>;
  /** Asks the store whether it is up; never throws. */
  check(): Promise<Connection>;
}
