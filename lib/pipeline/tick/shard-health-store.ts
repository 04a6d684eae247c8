import { type ConnectionHealth, healthAfter } from '../../connections/connection-health.ts';
import type { ConnectionWatch } from '../../connections/connection-watch.ts';
import type { TickOutcomeRecord } from '../../results/result-store.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { isWorthKeeping, type MetricHealth } from './metric-health.ts';
import type { LearntOfSource } from './query-memory.ts';
import { decodeShardHealth, encodeShardHealth, type ShardHealth } from './shard-health-file.ts';

/** How often an outage that goes on is written down once more, for its counts and its newest reason. */
const REFRESH_SECONDS = 300;
/** A container that knows of no trouble looks this often whether another one has written down any: only that one can report that it is over. */
const LOOK_AGAIN_SECONDS = 900;

/** What one tick leaves for the next one. */
export interface LeftByTick extends Pick<ShardHealth, 'metrics' | 'notes' | 'learnt'> {
  /** How it went: in memory only, so that the next tick of this process can write it with its own results. */
  readonly outcome?: TickOutcomeRecord | undefined;
}

/** What this process knows of one shard. */
interface Memory extends LeftByTick {
  readonly connections: ReadonlyMap<string, ConnectionHealth>;
  /** What the store has, as far as this process knows: undefined for nothing, or nothing that could be read yet. */
  readonly written: ShardHealth | undefined;
  /** The tick that looked there last, Unix seconds. */
  readonly readAtSeconds: number;
  /** The newest tick that this knows of, Unix seconds. */
  readonly timeSeconds: number;
}

/**
 * How the connections of each shard have been over the ticks: in memory, and in an object beside the shard's state. It
 * lies apart from the state since it says how often and when something was tried, which a state must not depend on,
 * and since it is written when the tick fails as well.
 *
 * It is written when a connection changes between up, degraded and down, and every five minutes of an outage. None of
 * its methods fails, so that no tick does for its sake: what can't be read or written is logged.
 */
export class ShardHealthStore {
  /** Where the adapters note how their calls went. */
  readonly watch: ConnectionWatch;
  readonly #objects: ObjectStore;
  readonly #logger: Logger;
  readonly #memory = new Map<number, Promise<Memory>>();
  /** Of forgotten memories: what people were notified of and the store does not know, as while it was down. */
  readonly #unwritten = new Map<number, Promise<readonly MetricHealth[]>>();

  constructor(objects: ObjectStore, watch: ConnectionWatch, logger: Logger) {
    this.#objects = objects;
    this.watch = watch;
    this.#logger = logger;
  }

  /** A tick of the shard begins: what is seen from now on is seen by it. */
  begin(shard: number, timeSeconds: number): void {
    this.watch.begin();
    this.#memory.set(shard, this.#lookedUp(shard, timeSeconds));
  }

  /** How the connections are by what the tick has seen so far. */
  async soFar(shard: number, timeSeconds: number): Promise<ConnectionHealth[]> {
    const memory = await this.#memoryOf(shard, timeSeconds);
    return [...this.#after(memory, timeSeconds).values()];
  }

  /** How the metrics were at the tick before, what was noticed lately and what was learnt of the source. */
  async before(shard: number, timeSeconds: number): Promise<LeftByTick & Pick<ShardHealth, 'timeSeconds'>> {
    return this.#memoryOf(shard, timeSeconds);
  }

  /** The tick came to its end, or failed: takes in what it saw. @returns how the connections are now. */
  async end(
    shard: number,
    timeSeconds: number,
    { metrics, notes, learnt, outcome }: LeftByTick = { metrics: [], notes: [] },
  ): Promise<ConnectionHealth[]> {
    const before = await this.#memoryOf(shard, timeSeconds);
    const connections = this.#after(before, timeSeconds);
    const health: ShardHealth = {
      shard,
      timeSeconds,
      connections: [...connections.values()],
      metrics: metrics.filter(isWorthKeeping),
      notes,
      ...(learnt === undefined || isNothing(learnt) ? {} : { learnt }),
    };
    const isDue = isWorthWriting(before.written, health) && !areObjectsDown(health);
    const written = isDue && (await this.#write(health)) ? health : before.written;
    const newestSeconds = Math.max(before.timeSeconds, timeSeconds);
    this.#memory.set(
      shard,
      Promise.resolve({
        ...before,
        connections,
        metrics,
        notes,
        learnt,
        outcome,
        written,
        timeSeconds: newestSeconds,
      }),
    );
    return [...connections.values()];
  }

  /**
   * Another process had the shard in between: what is in memory may be out of date. What only this process knows is kept:
   * else nobody would be notified that a silent metric has recovered.
   */
  forget(shard: number): void {
    const memory = this.#memory.get(shard);
    if (memory !== undefined) this.#unwritten.set(shard, memory.then(unwrittenOf));
    this.#memory.delete(shard);
  }

  /** What is stored; undefined when no tick of the shard has written any, or when it can't be read. */
  async read(shard: number): Promise<ShardHealth | undefined> {
    try {
      const stored = await this.#objects.get(keyOf(shard));
      return stored === undefined ? undefined : decodeShardHealth(stored.bytes);
    } catch (error) {
      this.#logger.warn('The health of a shard could not be read', { shard, error });
      return undefined;
    }
  }

  /** What is in memory, or in the store where that may know better. */
  async #lookedUp(shard: number, timeSeconds: number): Promise<Memory> {
    const memory = await this.#memory.get(shard);
    if (memory !== undefined && !isWorthLooking(memory, timeSeconds)) return memory;
    const written = await this.read(shard);
    const isOlder = (written?.timeSeconds ?? -Infinity) <= (memory?.written?.timeSeconds ?? -Infinity);
    if (memory !== undefined && (written === undefined || (isOlder && hasNotified(memory))))
      return { ...memory, readAtSeconds: timeSeconds };
    const unwritten = (await this.#unwritten.get(shard)) ?? [];
    this.#unwritten.delete(shard);
    const isWritten = ({ metric }: MetricHealth) => unwritten.every((one) => one.metric !== metric);
    return {
      connections: byKey(written?.connections ?? []),
      metrics: [...(written?.metrics ?? []).filter(isWritten), ...unwritten],
      notes: written?.notes ?? [],
      learnt: written?.learnt,
      written,
      readAtSeconds: timeSeconds,
      timeSeconds: written?.timeSeconds ?? -Infinity,
    };
  }

  #memoryOf(shard: number, timeSeconds: number): Promise<Memory> {
    return this.#memory.get(shard) ?? this.#lookedUp(shard, timeSeconds);
  }

  /** Connections that are no longer configured fall away. */
  #after({ connections }: Memory, timeSeconds: number): Map<string, ConnectionHealth> {
    const after = this.watch.connections.flatMap(
      (connection) => healthAfter(connections.get(nameOf(connection)), connection, timeSeconds) ?? [],
    );
    return byKey(after);
  }

  async #write(health: ShardHealth): Promise<boolean> {
    try {
      await this.#objects.put(keyOf(health.shard), encodeShardHealth(health), { kind: 'none' });
      return true;
    } catch (error) {
      this.#logger.warn('The health of a shard could not be written', { shard: health.shard, error });
      return false;
    }
  }
}

function unwrittenOf({ metrics, written }: Memory): MetricHealth[] {
  const known = new Set(written?.metrics.flatMap(({ metric, isNotified }) => (isNotified ? [metric] : [])));
  return metrics.filter(({ metric, isNotified }) => isNotified && !known.has(metric));
}

/** While people believe that a metric is silent, another container may notify them that it has recovered. */
function hasNotified({ metrics }: Memory): boolean {
  return metrics.some(({ isNotified }) => isNotified);
}

function isWorthLooking(memory: Memory, timeSeconds: number): boolean {
  if (hasNotified(memory)) return true;
  const { connections, readAtSeconds } = memory;
  const isCalm = [...connections.values()].every(({ state }) => state === 'up');
  return isCalm && Math.abs(timeSeconds - readAtSeconds) >= LOOK_AGAIN_SECONDS;
}

function isWorthWriting(
  written: ShardHealth | undefined,
  { connections, timeSeconds, ...seen }: ShardHealth,
): boolean {
  if (connections.length === 0) return false;
  if (written === undefined) return true;
  if (outline(seen) !== outline(written)) return true;
  const known = byKey(written.connections);
  const hasChanged = connections.some(
    (one) =>
      known.get(nameOf(one))?.state !== one.state ||
      known.get(nameOf(one))?.sinceSeconds !== one.sinceSeconds,
  );
  if (hasChanged || known.size !== connections.length) return true;
  // Of what this tick saw: another container may have seen since that an older outage is over.
  const goesOn = connections.some((one) => known.get(nameOf(one))?.trouble?.ticks !== one.trouble?.ticks);
  return goesOn && Math.abs(timeSeconds - written.timeSeconds) >= REFRESH_SECONDS;
}

/** What is written down at once when it changes; counts and reasons wait. */
function outline({ metrics, notes, learnt }: Pick<ShardHealth, 'metrics' | 'notes' | 'learnt'>): string {
  return JSON.stringify([
    metrics.map(({ metric, state, isNotified }) => [metric, state, isNotified]),
    notes.map(({ kind, sinceSeconds }) => [kind, sinceSeconds]),
    learnt,
  ]);
}

function isNothing({ slow, clocks, filled }: LearntOfSource): boolean {
  return filled === undefined && Object.keys(slow).length === 0 && Object.keys(clocks).length === 0;
}

/** The store that the health itself goes to: it is notified when it is back, and not called once more while it is away. */
function areObjectsDown({ connections }: ShardHealth): boolean {
  return connections.some(({ role, state }) => role === 'objects' && state === 'down');
}

function byKey(connections: readonly ConnectionHealth[]): Map<string, ConnectionHealth> {
  return new Map(connections.map((connection) => [nameOf(connection), connection]));
}

function nameOf({ role, service }: Pick<ConnectionHealth, 'role' | 'service'>): string {
  return `${role} ${service}`;
}

function keyOf(shard: number): string {
  return `health/shard-${shard}.json`;
}
