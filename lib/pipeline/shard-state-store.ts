import type { ObjectStore } from '../models/object-store.ts';
import { emptyShardState, type ShardState } from './shard-state.ts';
import { decodeShardState, encodeShardState } from './shard-state-codec.ts';

/**
 * The states of shards in an object store, with what a warm process remembers of them: since every save is conditional
 * on the tag that was seen last, a state in memory needs no reading, and another writer is noticed at the save.
 */
export class ShardStateStore {
  readonly #objects: ObjectStore;
  readonly #warm = new Map<number, { readonly state: ShardState; readonly etag: string | undefined }>();

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /**
   * The shard's state, to be changed in place and given back to {@link save}; empty for a shard that never ran.
   *
   * @throws UnreadableStateError when the stored object can't be read.
   */
  async load(shard: number): Promise<ShardState> {
    const known = this.#warm.get(shard);
    if (known !== undefined) return known.state;
    const stored = await this.#objects.get(keyOf(shard));
    const state = stored === undefined ? emptyShardState() : decodeShardState(stored.bytes);
    this.#warm.set(shard, { state, etag: stored?.etag });
    return state;
  }

  /**
   * Saves the state that {@link load} gave, as the next of its sequence.
   *
   * @returns the size of the object in bytes.
   * @throws ObjectConflictError when another process saved in between; what is in memory is dropped.
   */
  async save(shard: number): Promise<number> {
    const known = this.#warm.get(shard);
    if (known === undefined) throw new RangeError(`Shard ${shard} was not loaded`);
    const { state, etag } = known;
    state.sequence += 1;
    // Until the save is known to have happened, nothing in memory can be trusted.
    this.#warm.delete(shard);
    const bytes = encodeShardState(state);
    const condition =
      etag === undefined ? ({ kind: 'absent' } as const) : ({ kind: 'unchanged-since', etag } as const);
    const saved = await this.#objects.put(keyOf(shard), bytes, condition);
    this.#warm.set(shard, { state, etag: saved });
    return bytes.length;
  }

  /** Drops what is in memory: the next load reads the store. To be called when a tick ends before its save. */
  forget(shard: number): void {
    this.#warm.delete(shard);
  }
}

function keyOf(shard: number): string {
  return `state/shard-${shard}.cbor`;
}
