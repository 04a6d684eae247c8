import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Connection } from '../telemetry/connection.ts';
import { ResultsUnavailableError } from './errors.ts';
import type { ResultRecord, ResultStore } from './result-store.ts';

/** Results as one JSON object a line, appended to one file: the embedded default, read by any tool. */
export class NdjsonResultStore implements ResultStore {
  readonly name = 'ndjson';
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    if (records.length === 0) return;
    const text = records.map((record) => `${JSON.stringify(flat(record))}\n`).join('');
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await appendFile(this.#path, text);
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

/** A verdict's fields stand beside its series, so that a line needs no nesting to be read; NaN becomes null. */
function flat(record: ResultRecord): object {
  if (record.measurement !== 'verdict') return record;
  const { verdict, ...series } = record;
  const { band, evidence: _, ...judged } = verdict;
  return { ...series, ...judged, ...band };
}
