import type { Connection } from '../connections/connection.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ResultRecord, ResultStore } from './result-store.ts';

/** Writes results as log entries; they cannot be read back. */
export class LogResultStore implements ResultStore {
  readonly name = 'log';
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    for (const { measurement, ...record } of records) this.#logger.info(measurement, { ...record });
  }

  async check(): Promise<Connection> {
    return { service: this.name, isUp: true, detail: 'the structured log' };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
