import { createHash } from 'node:crypto';
import { ObjectConflictError } from '../../storage/errors.ts';
import type { ObjectStore, StoredObject } from '../../storage/object-store.ts';
import { UnreadableStateError } from '../watch/errors.ts';
import { emptyShardState, type ShardState } from '../watch/shard-state.ts';
import { decodeShardState, encodeShardState } from '../watch/shard-state-codec.ts';
import { revisionOf } from '../watch/state-revision.ts';

/** A state grows a little from save to save. */
const SPARE_GROWTH = 1.1;
const LEAST_SPARE_BYTES = 65_536;
/** Stored bytes of the states in memory together, which take a few times as much there: those of some 12,000 series. */
const KEPT_BYTES = 32 * 1024 * 1024;

/** The newest of the older versions that can be read takes the place of one that can't; older ones than these know too little. */
const OLDER_VERSIONS = 3;

/** A stored state that could not be read. */
export interface SetAside {
  /** Where it was copied to. */
  readonly key: string;
  readonly reason: string;
  /** What the shard goes on from: the version before, where the store keeps versions, or nothing. */
  readonly goesOnFrom: 'an older version' | 'nothing';
}

/** A shard's state in the hands of one tick. */
export interface OpenShard {
  readonly shard: number;
  /** To be changed in place. */
  readonly state: ShardState;
  /** The revision of the stored state; undefined where that is another one, and this one is to take its place. */
  readonly storedRevision: string | undefined;
  /** The tag of the stored object; undefined while there is none. */
  readonly etag: string | undefined;
  /** The size of the stored object in bytes. */
  readonly sizeBytes: number;
  /** What was done about a stored object that could not be read; undefined for one that could. */
  readonly setAside: SetAside | undefined;
}

/**
 * The states of shards in an object store, with what a warm process remembers of them: since every save is conditional
 * on the tag that was seen last, a state in memory needs no reading, and another writer is noticed at the save.
 */
export class ShardStateStore {
  readonly #objects: ObjectStore;
  readonly #keptBytes: number;
  /** The one that was kept last is the last one. */
  readonly #warm = new Map<number, OpenShard>();
  #spare: Buffer | undefined;
  readonly #nowhere = new Set<string>();

  /** @param keptBytes of the states in memory together, by their stored sizes; that of the last tick is kept whatever its size. */
  constructor(objects: ObjectStore, keptBytes = KEPT_BYTES) {
    this.#objects = objects;
    this.#keptBytes = keptBytes;
  }

  /**
   * The shard's state for one tick alone; empty for a shard that never ran. What is not given back by {@link keep} is
   * read from the store the next time, so a tick that fails leaves nothing half done in memory.
   *
   * An object that can't be read is copied to `state/set-aside/`, where nothing overwrites it. The version before takes
   * its place, where the store keeps versions and one of them can be read; else an empty state does.
   */
  async open(shard: number): Promise<OpenShard> {
    const warm = this.#warm.get(shard);
    this.#warm.delete(shard);
    if (warm !== undefined) return warm;
    const stored = await this.#objects.get(keyOf(shard));
    if (stored === undefined) return opened(shard, emptyShardState(), undefined);
    try {
      return opened(shard, decodeShardState(stored.bytes), stored);
    } catch (error) {
      if (!(error instanceof UnreadableStateError)) throw error;
      const key = await this.#setAside(shard, stored.bytes);
      const older = await this.#olderState(shard);
      const goesOnFrom = older === undefined ? 'nothing' : 'an older version';
      return {
        ...opened(shard, older ?? emptyShardState(), stored),
        storedRevision: undefined,
        setAside: { key, reason: error.message, goesOnFrom },
      };
    }
  }

  /**
   * Saves the state if it differs from what is stored.
   *
   * @returns the shard as it is stored now: the same object when there was nothing to save.
   * @throws ObjectConflictError when another process saved in between: this state is out of date.
   */
  async saveChanges(open: OpenShard): Promise<OpenShard> {
    return revisionOf(open.state) === open.storedRevision ? open : this.save(open);
  }

  /**
   * Saves the state as the next of its sequence.
   *
   * @returns the shard as it is stored now.
   * @throws ObjectConflictError when another process saved in between: this state is out of date.
   */
  async save(open: OpenShard): Promise<OpenShard> {
    open.state.sequence += 1;
    const bytes = encodeShardState(open.state, this.#takeSpare(open));
    const condition =
      open.etag === undefined
        ? ({ kind: 'absent' } as const)
        : ({ kind: 'unchanged-since', etag: open.etag } as const);
    const etag = await this.#objects.put(keyOf(open.shard), bytes, condition);
    const sizeBytes = bytes.length;
    this.#spare = Buffer.from(bytes.buffer);
    return { ...open, etag, sizeBytes, storedRevision: revisionOf(open.state) };
  }

  /** The memory of the last save, so that a large state does not ask for as much again at every tick. Two saves at once share nothing. */
  #takeSpare({ sizeBytes }: OpenShard): Buffer {
    const spare = this.#spare;
    this.#spare = undefined;
    const wanted = Math.ceil(sizeBytes * SPARE_GROWTH) + LEAST_SPARE_BYTES;
    return spare !== undefined && spare.length >= sizeBytes ? spare : Buffer.allocUnsafeSlow(wanted);
  }

  /**
   * Keeps a state whose tick went well in memory for the next one. A container meets one shard after the other: the states that it
   * kept longest make room, since they are most likely out of date.
   */
  keep(open: OpenShard): void {
    this.#warm.delete(open.shard);
    this.#warm.set(open.shard, { ...open, setAside: undefined });
    let bytes = [...this.#warm.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const [shard, { sizeBytes }] of this.#warm) {
      if (bytes <= this.#keptBytes || shard === open.shard) return;
      this.#warm.delete(shard);
      bytes -= sizeBytes;
    }
  }

  /**
   * The stored state, to look at.
   *
   * @throws UnreadableStateError when the stored object can't be read.
   */
  async read(shard: number): Promise<ShardState> {
    const stored = await this.#objects.get(keyOf(shard));
    return stored === undefined ? emptyShardState() : decodeShardState(stored.bytes);
  }

  /** The shards that have an object, ascending. */
  async shards(): Promise<number[]> {
    const keys = await this.#objects.list('state/shard-');
    const numbers = keys.flatMap((key) => /^state\/shard-(\d+)\.cbor$/.exec(key)?.[1] ?? []);
    return numbers.map(Number).sort((one, other) => one - other);
  }

  /**
   * The names of all objects of the spool that wait in the states of other shards.
   *
   * @throws UnreadableStateError when one of these states can't be read.
   */
  async spooledBesides(shard: number): Promise<ReadonlySet<string>> {
    const others = (await this.shards()).filter((other) => other !== shard);
    const states = await Promise.all(others.map((other) => this.read(other)));
    return new Set(states.flatMap(({ spool }) => spool.map(({ key }) => key)));
  }

  /** Whether this process has looked through all shards for the metric in vain, and need not do so again. */
  isNowhere(metric: string): boolean {
    return this.#nowhere.has(metric);
  }

  noteNowhere(metric: string): void {
    this.#nowhere.add(metric);
  }

  /** The newest older version of the state that can be read. */
  async #olderState(shard: number): Promise<ShardState | undefined> {
    for (const bytes of (await this.#objects.olderVersions?.(keyOf(shard), OLDER_VERSIONS)) ?? []) {
      try {
        return decodeShardState(bytes);
      } catch (error) {
        if (!(error instanceof UnreadableStateError)) throw error;
      }
    }
    return undefined;
  }

  /** @returns the key of the copy: by its content, so that a repetition makes no second one. */
  async #setAside(shard: number, bytes: Uint8Array): Promise<string> {
    const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const key = `state/set-aside/shard-${shard}-${digest}.cbor`;
    try {
      await this.#objects.put(key, bytes, { kind: 'absent' });
    } catch (error) {
      if (!(error instanceof ObjectConflictError)) throw error;
    }
    return key;
  }
}

function opened(shard: number, state: ShardState, stored: StoredObject | undefined): OpenShard {
  return {
    shard,
    state,
    storedRevision: revisionOf(state),
    etag: stored?.etag,
    sizeBytes: stored?.bytes.length ?? 0,
    setAside: undefined,
  };
}

function keyOf(shard: number): string {
  return `state/shard-${shard}.cbor`;
}
