import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Connection } from '../connections/connection.ts';
import { ResultsUnavailableError } from './errors.ts';
import { ndjsonLine } from './ndjson-line.ts';
import type { ResultRecord, ResultStore } from './result-store.ts';

/** What a batch holds unless it is told otherwise. */
const BATCH_LINES = 5000;

/** Results as one JSON object a line, appended to one file: the embedded default, read by any tool. */
export class NdjsonResultStore implements ResultStore {
  readonly name = 'ndjson';
  readonly #path: string;
  readonly #batchLines: number;

  /** @param batchLines lines that are appended at once. */
  constructor(path: string, batchLines = BATCH_LINES) {
    this.#path = path;
    this.#batchLines = batchLines;
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      for (let start = 0; start < records.length; start += this.#batchLines) {
        const batch = records.slice(start, start + this.#batchLines);
        await appendFile(this.#path, batch.map((record) => `${ndjsonLine(record)}\n`).join(''));
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ResultsUnavailableError(`The results can't be written to ${this.#path}: ${reason}`, {
        cause: error,
      });
    }
  }

  async check(): Promise<Connection> {
    return { service: this.name, isUp: true, detail: this.#path };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
