import type { Connection } from '../connections/connection.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ResultCopy } from './result-copy.ts';
import type { ResultRecord, ResultStore } from './result-store.ts';

/**
 * Writes results to the record, and then to its copies, for callers that have no spool: trainings and evaluations. What
 * becomes of a copy concerns nobody but the log; what becomes of the record is what becomes of the write.
 */
export class CopiedResultStore implements ResultStore {
  readonly name: string;
  readonly needsOrder: boolean;
  readonly bandAheadStepSeconds: number | undefined;
  readonly #record: ResultStore;
  readonly #copies: readonly ResultCopy[];
  readonly #logger: Logger;

  constructor(record: ResultStore, copies: readonly ResultCopy[], logger: Logger) {
    this.name = record.name;
    this.needsOrder = record.needsOrder === true;
    this.bandAheadStepSeconds = [record, ...copies].find(
      ({ bandAheadStepSeconds }) => bandAheadStepSeconds !== undefined,
    )?.bandAheadStepSeconds;
    this.#record = record;
    this.#copies = copies;
    this.#logger = logger;
  }

  async write(records: readonly ResultRecord[], signal?: AbortSignal): Promise<void> {
    try {
      await writeTo(this.#record, records, signal);
    } finally {
      await Promise.all(this.#copies.map((copy) => this.#follow(copy, records, signal)));
    }
  }

  check(): Promise<Connection> {
    return this.#record.check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of [...this.#copies, this.#record]) await store[Symbol.asyncDispose]();
  }

  async #follow(copy: ResultCopy, records: readonly ResultRecord[], signal?: AbortSignal): Promise<void> {
    try {
      await writeTo(copy, records, signal);
    } catch (error) {
      this.#logger.warn('Results could not be written to a copy', {
        copy: copy.name,
        records: records.length,
        error,
      });
    }
  }
}

/** A store gets the band ahead only where it takes one. */
async function writeTo(
  store: ResultStore,
  records: readonly ResultRecord[],
  signal?: AbortSignal,
): Promise<void> {
  const taken =
    store.bandAheadStepSeconds === undefined
      ? records.filter(({ measurement }) => measurement !== 'baseline')
      : records;
  if (taken.length > 0) await store.write(taken, signal);
}
