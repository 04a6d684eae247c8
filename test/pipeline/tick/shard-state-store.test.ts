import { describe, expect, it } from 'vitest';
import { ShardStateStore } from '../../../lib/pipeline/tick/shard-state-store.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { temporaryObjects } from '../../models/trained-models.ts';

/** A store that notes which keys are read. */
function noting(objects: ObjectStore) {
  const reads: string[] = [];
  const get: ObjectStore['get'] = (key) => {
    reads.push(key);
    return objects.get(key);
  };
  const { name } = objects;
  const put: ObjectStore['put'] = (...request) => objects.put(...request);
  const list: ObjectStore['list'] = (prefix) => objects.list(prefix);
  const remove: ObjectStore['delete'] = (key) => objects.delete(key);
  return { reads, store: { name, get, put, list, delete: remove, check: () => objects.check() } };
}

/** Ticks the shards in turn, as often as asked. @returns the shards that were read from the store after the first turn. */
async function readsOf(keptBytes: number | undefined, shards: number, turns: number): Promise<string[]> {
  const { reads, store } = noting(temporaryObjects().objects);
  const states = new ShardStateStore(store, keptBytes);
  for (let turn = 0; turn < turns; turn += 1) {
    if (turn === 1) reads.length = 0;
    for (let shard = 0; shard < shards; shard += 1) {
      const open = await states.open(shard);
      expect(open.state.sequence).toBe(turn);
      states.keep(await states.save(open));
    }
  }
  return reads;
}

describe('the states that a process keeps in memory', () => {
  it('are all that it has ticked, as long as they are small', async () => {
    expect(await readsOf(undefined, 5, 3)).toEqual([]);
  });

  it('are those of the last ticks when all together would take too much', async () => {
    const { store } = noting(temporaryObjects().objects);
    const states = new ShardStateStore(store);
    const { sizeBytes } = await states.save(await states.open(0));
    expect(await readsOf(2 * sizeBytes, 3, 2)).toEqual([0, 1, 2].map((shard) => `state/shard-${shard}.cbor`));
    expect(await readsOf(3 * sizeBytes, 3, 2)).toEqual([]);
  });

  it('hold at least that of the last tick', async () => {
    expect(await readsOf(1, 1, 3)).toEqual([]);
  });
});
