import type { SpooledBatch } from '../../results/spool-bounds.ts';
import { ObjectConflictError } from '../../storage/errors.ts';
import type { MetricMemory } from '../watch/shard-state.ts';
import type { OpenShard, ShardStateStore } from './shard-state-store.ts';

/** Ticks of the other shard may come in between this often. */
const ATTEMPTS = 5;

/** A shard after metrics of other shards moved to it. */
interface TakenOver {
  readonly open: OpenShard;
  /** Names of the metrics that moved. */
  readonly moved: readonly string[];
}

/**
 * Takes over the memories of metrics that another shard's object holds, as after a change of the number of shards, so
 * that they go on where they were: watermark, detectors, open incidents, pending alerts and spooled results move together.
 *
 * A metric belongs to whoever can remove it from the object that had it: it is copied into this shard's object with
 * a mark, then removed from the other one by compare-and-swap, and scored only after that. A fault in between leaves the other
 * object's copy in force; a tick of the other shard in between makes the removal fail, and the newer memory is copied. So no
 * step is scored by two shards, and none is lost.
 *
 * @param names the metrics that this shard is to score.
 * @returns this shard with the metrics that moved, and their names.
 * @throws ObjectConflictError when another tick of this shard, or again and again one of the other shard, was faster.
 */
export async function takeOverMetrics(
  states: ShardStateStore,
  own: OpenShard,
  names: readonly string[],
): Promise<TakenOver> {
  const wanted = names.filter((name) => {
    const memory = own.state.metrics.get(name);
    return memory === undefined ? !states.isNowhere(name) : memory.movingFrom !== undefined;
  });
  if (wanted.length === 0) return { open: own, moved: [] };
  let open = own;
  const moved = new Set<string>();
  for (const shard of await states.shards()) {
    if (shard === own.shard) continue;
    const taken = await takeFrom(states, open, shard, wanted);
    open = taken.open;
    for (const name of taken.moved) moved.add(name);
  }
  for (const name of wanted) {
    const memory = open.state.metrics.get(name);
    if (memory === undefined) states.noteNowhere(name);
    else memory.movingFrom = undefined;
  }
  return { open, moved: [...moved] };
}

async function takeFrom(
  states: ShardStateStore,
  own: OpenShard,
  shard: number,
  wanted: readonly string[],
): Promise<TakenOver> {
  let open = own;
  for (let attempt = 1; ; attempt += 1) {
    const other = await states.open(shard);
    // What can't be read is for that shard's own tick to set aside.
    const held = other.setAside === undefined ? wanted.filter((name) => other.state.metrics.has(name)) : [];
    if (held.length === 0) {
      if (other.setAside === undefined) states.keep(other);
      return { open, moved: [] };
    }
    for (const name of held) copy(name, other, open);
    // The other shard may never tick again. Records that are written by both are written once.
    open.state.spool = union(open.state.spool, other.state.spool);
    open = await states.save(open);
    for (const name of held) other.state.metrics.delete(name);
    other.state.outbox = other.state.outbox.filter(({ alert }) => !held.includes(alert.metric));
    other.state.spool = [];
    try {
      states.keep(await states.save(other));
      return { open, moved: held };
    } catch (error) {
      if (!(error instanceof ObjectConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Of two copies the one without a mark counts, and of two such the one that came further. */
function copy(name: string, from: OpenShard, to: OpenShard): void {
  const memory = from.state.metrics.get(name) as MetricMemory;
  const present = to.state.metrics.get(name);
  const isFromHere = present?.movingFrom === from.shard;
  const isBetter =
    present === undefined ||
    isFromHere ||
    (present.movingFrom !== undefined && memory.movingFrom === undefined) ||
    memory.watermarkSeconds > present.watermarkSeconds;
  if (!isBetter) return;
  to.state.metrics.set(name, { ...memory, movingFrom: from.shard });
  const own = to.state.outbox.filter(({ alert }) => alert.metric !== name);
  to.state.outbox = [...own, ...from.state.outbox.filter(({ alert }) => alert.metric === name)];
}

function union(own: readonly SpooledBatch[], others: readonly SpooledBatch[]): SpooledBatch[] {
  const byKey = new Map([...own, ...others].map((batch) => [batch.key, batch]));
  return [...byKey.values()].sort((one, other) => one.timeSeconds - other.timeSeconds);
}
