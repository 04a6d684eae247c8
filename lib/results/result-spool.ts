import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Encoder } from 'cbor-x';
import type { ObjectStore } from '../storage/object-store.ts';
import { seal, unseal } from '../storage/sealed-file.ts';
import { UnreadableSpoolError } from './errors.ts';
import type { ResultRecord } from './result-store.ts';
import type { SpoolBounds, SpooledBatch } from './spool-bounds.ts';

const MAGIC = 'TDSP';
const FORMAT = 1;
/** An outage has to be written down in little time: the lowest level halves the bytes at a fraction of the highest one's cost. */
const GZIP_LEVEL = 1;
const FOLDER = 'spool/';
/** What the name of an object says: shard, time, records, bytes. */
const NAME = /shard-(\d+)\/(\d+)-(\d+)-(\d+)-[0-9a-f]+\.bin$/;

const cbor = new Encoder({ useRecords: true, mapsAsObjects: true, structuredClone: false });

/**
 * Keeps the records of ticks that the store of results did not take, one object a tick and shard, until a later tick
 * writes them. Which objects wait is remembered in the shard's state, so the save of the state by compare-and-swap also
 * decides whose object counts. An object is named after its content: a tick that lost against another one leaves an
 * object that nothing names, and never replaces one that counts.
 */
export class ResultSpool {
  readonly bounds: SpoolBounds;
  readonly #objects: ObjectStore;
  readonly #folder: string;

  /** @param folder where the objects are, ending in `/`. */
  constructor(objects: ObjectStore, bounds: SpoolBounds, folder = FOLDER) {
    this.#objects = objects;
    this.bounds = bounds;
    this.#folder = folder;
  }

  /**
   * Keeps the records of a tick.
   *
   * @param timeSeconds the tick's time, Unix seconds.
   */
  async put(shard: number, timeSeconds: number, records: readonly ResultRecord[]): Promise<SpooledBatch> {
    const bytes = seal(MAGIC, FORMAT, gzipSync(cbor.encode(records), { level: GZIP_LEVEL }));
    const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const name = `${timeSeconds}-${records.length}-${bytes.length}-${digest}.bin`;
    const key = `${this.#folderOf(shard)}${name}`;
    // The name says what is in it: one that is there already is this one.
    await this.#objects.put(key, bytes, { kind: 'none' });
    return { key, timeSeconds, recordCount: records.length, sizeBytes: bytes.length };
  }

  /**
   * The records of a tick.
   *
   * @returns undefined when the object is gone: an earlier tick wrote its records and could not save that.
   * @throws UnreadableSpoolError when the object is damaged.
   */
  async read({ key }: SpooledBatch): Promise<ResultRecord[] | undefined> {
    const stored = await this.#objects.get(key);
    if (stored === undefined) return undefined;
    const payload = unseal(MAGIC, FORMAT, stored.bytes);
    if ('fault' in payload) throw new UnreadableSpoolError(key, payload.detail);
    return cbor.decode(gunzipSync(payload)) as ResultRecord[];
  }

  /**
   * What waits by the names of the objects, oldest first, for whoever has no state that names them.
   *
   * @param shards how many there are: what waits of shards that are no more belongs to the others.
   */
  async waiting(shard: number, shards: number): Promise<SpooledBatch[]> {
    const keys = await this.#objects.list(this.#folder);
    const batches = keys.flatMap((key) => {
      const [, ofShard, timeSeconds, recordCount, sizeBytes] = (NAME.exec(key) ?? []).map(Number);
      if (ofShard === undefined || ofShard % shards !== shard) return [];
      return [{ key, timeSeconds, recordCount, sizeBytes } as SpooledBatch];
    });
    return batches.toSorted((one, other) => one.timeSeconds - other.timeSeconds);
  }

  /** Removes what no state names any more. */
  async remove(batches: readonly SpooledBatch[]): Promise<void> {
    for (const { key } of batches) await this.#objects.delete(key);
  }

  /**
   * Removes what ticks left that were killed or lost against another one. To be called when nothing waits.
   *
   * @param beforeSeconds objects of ticks from then on stay, since a tick that is under way may be about to name them.
   * @param namedElsewhere names of objects that wait in the states of other shards, to which metrics of this one moved
   *   with what they wait for; asked only when something could be removed.
   */
  async removeLeftovers(
    shard: number,
    beforeSeconds: number,
    namedElsewhere: () => Promise<ReadonlySet<string>>,
  ): Promise<void> {
    const folder = this.#folderOf(shard);
    const left = (await this.#objects.list(folder)).filter(
      (key) => Number.parseInt(key.slice(folder.length), 10) < beforeSeconds,
    );
    if (left.length === 0) return;
    const named = await namedElsewhere();
    for (const key of left) if (!named.has(key)) await this.#objects.delete(key);
  }

  #folderOf(shard: number): string {
    return `${this.#folder}shard-${shard}/`;
  }
}
