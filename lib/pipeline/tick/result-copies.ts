import type { WatchedConnection } from '../../connections/connection-watch.ts';
import { ResultsRejectedError } from '../../results/errors.ts';
import type { ResultCopy } from '../../results/result-copy.ts';
import type { ResultSpool } from '../../results/result-spool.ts';
import type { ResultRecord } from '../../results/result-store.ts';
import type { SpooledBatch } from '../../results/spool-bounds.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { CopyCounts, Tick } from './tick.ts';
import { drainSpool, type WritingPorts, writeOrSpool } from './write-results.ts';

/** One copy of the results with what belongs to it. */
export interface FollowingCopy {
  readonly store: ResultCopy;
  /** What its store did not take yet. */
  readonly spool: ResultSpool;
  /** Where it is noted how its writes went. */
  readonly connection: Pick<WatchedConnection, 'called'>;
}

/** What the copies work with. */
export interface CopiesContext {
  /** How many shards there are. */
  readonly shards: number;
  readonly logger: Logger;
  /** Milliseconds of a clock that only moves forward. */
  readonly elapsedMilliseconds: () => number;
  /** What is left of the tick: half of it is the most that copies get. */
  readonly remainingMilliseconds: () => number;
}

type Outcome = readonly [
  connection: FollowingCopy['connection'],
  how: 'well' | 'refused' | 'failed',
  error?: unknown,
];
type CopiedTick = Pick<Tick, 'shard' | 'timeSeconds' | 'metrics'>;

/**
 * Writes the results of ticks to the stores that follow the record: beside the tick, all at once, and each within its own
 * time-out. What one does not take waits in its own spool, whose objects are all that says what waits, so that the shard's
 * state knows of no copy. None of its methods fails.
 */
export class ResultCopies implements AsyncDisposable {
  readonly copies: readonly FollowingCopy[];
  readonly #context: CopiesContext;
  /** The work of a copy for a shard, one tick after the other. */
  readonly #work = new Map<string, Promise<void>>();
  /** What is known to wait of a copy and shard. */
  readonly #waiting = new Map<string, readonly SpooledBatch[]>();
  #outcomes: Outcome[] = [];
  #counts: CopyCounts = { rejected: 0, spooled: 0, givenUp: 0 };

  constructor(copies: readonly FollowingCopy[], context: CopiesContext) {
    this.copies = copies;
    this.#context = context;
  }

  /** Begins to write the records of a tick to all copies, and returns at once. */
  follow(tick: CopiedTick, records: readonly ResultRecord[]): void {
    for (const copy of this.copies) {
      const key = `${tick.shard} ${copy.store.name}`;
      const before = this.#work.get(key) ?? Promise.resolve();
      const work = before.then(() => this.#round(key, copy, tick, records));
      this.#work.set(key, work);
      void work.then(() => {
        if (this.#work.get(key) === work) this.#work.delete(key);
      });
    }
  }

  /** Waits for what was begun: each copy ends within its time-out. */
  async settled(): Promise<void> {
    await Promise.all(this.#work.values());
  }

  /** Notes in the connections how the writes went that ended since the last report, and counts their records. */
  report(): CopyCounts {
    for (const [connection, how, error] of this.#outcomes) connection.called(how, error);
    const counts = this.#counts;
    this.#outcomes = [];
    this.#counts = { rejected: 0, spooled: 0, givenUp: 0 };
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled();
    for (const { store } of this.copies) await store[Symbol.asyncDispose]();
  }

  async #round(
    key: string,
    copy: FollowingCopy,
    tick: CopiedTick,
    records: readonly ResultRecord[],
  ): Promise<void> {
    const { remainingMilliseconds, logger } = this.#context;
    const milliseconds = Math.min(copy.store.timeoutMilliseconds, remainingMilliseconds() / 2);
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), Math.max(0, milliseconds));
    try {
      await this.#writeWithin(milliseconds, ending.signal, { key, copy, tick, records });
    } catch (error) {
      // Neither the store nor the spool has taken the records.
      this.#count({ givenUp: records.length });
      logger.error('A copy of results is lost: neither its store nor its spool can be written', {
        copy: copy.store.name,
        shard: tick.shard,
        records: records.length,
        error,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async #writeWithin(
    milliseconds: number,
    signal: AbortSignal,
    round: {
      readonly key: string;
      readonly copy: FollowingCopy;
      readonly tick: CopiedTick;
      readonly records: readonly ResultRecord[];
    },
  ): Promise<void> {
    const { key, copy, tick, records } = round;
    const { elapsedMilliseconds } = this.#context;
    const endMilliseconds = elapsedMilliseconds() + milliseconds;
    const ports: WritingPorts = {
      results: this.#noting(copy, signal),
      spool: copy.spool,
      logger: this.#loggerOf(copy),
      remainingMilliseconds: () => endMilliseconds - elapsedMilliseconds(),
    };
    const waiting = await this.#waitingOf(key, copy, tick.shard);
    const taken = records.filter(
      ({ measurement }) => measurement !== 'baseline' || copy.store.bandAheadStepSeconds !== undefined,
    );
    const written = await writeOrSpool(ports, tick, waiting, taken);
    this.#count(written);
    const drain = await drainSpool(ports, tick.shard, written.hasFailed ? [] : written.spool);
    this.#count({ rejected: drain.rejected });
    const left = written.spool.filter((batch) => !drain.drained.includes(batch));
    this.#waiting.set(key, left);
    const kept = new Set(written.spool.map((batch) => batch.key));
    const gone = waiting.filter((batch) => !kept.has(batch.key));
    await copy.spool.remove([...gone, ...drain.drained]);
  }

  /** What waits, oldest first; from the names of the objects where this process does not know, or may be wrong. */
  async #waitingOf(key: string, copy: FollowingCopy, shard: number): Promise<readonly SpooledBatch[]> {
    const { shards, logger } = this.#context;
    const known = this.#waiting.get(key);
    // With several shards another container may have put something there, which has to be written before anything newer.
    const isCertain = shards === 1 || !copy.store.needsOrder;
    if (known !== undefined && (isCertain || known.length > 0)) return known;
    try {
      return await copy.spool.waiting(shard, shards);
    } catch (error) {
      logger.warn('It could not be read what waits for a copy of results', {
        copy: copy.store.name,
        shard,
        error,
      });
      return known ?? [];
    }
  }

  #noting({ store, connection }: FollowingCopy, signal: AbortSignal): WritingPorts['results'] {
    return {
      name: store.name,
      needsOrder: store.needsOrder,
      write: async (records) => {
        try {
          await store.write(records, signal);
          this.#outcomes.push([connection, 'well']);
        } catch (error) {
          const how = error instanceof ResultsRejectedError ? 'refused' : 'failed';
          this.#outcomes.push([connection, how, error]);
          throw error;
        }
      },
    };
  }

  /** No message of a copy is an error: the record has the results. */
  #loggerOf({ store }: FollowingCopy): Logger {
    const { logger } = this.#context;
    const about = { copy: store.name };
    return {
      debug: (message, fields) => logger.debug(message, { ...about, ...fields }),
      info: (message, fields) => logger.info(message, { ...about, ...fields }),
      warn: (message, fields) => logger.warn(message, { ...about, ...fields }),
      error: (message, fields) => logger.warn(message, { ...about, ...fields }),
    };
  }

  #count({ rejected = 0, spooled = 0, givenUp = 0 }: Partial<CopyCounts>): void {
    const before = this.#counts;
    this.#counts = {
      rejected: before.rejected + rejected,
      spooled: before.spooled + spooled,
      givenUp: before.givenUp + givenUp,
    };
  }
}
