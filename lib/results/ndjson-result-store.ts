import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Connection } from '../connections/connection.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { ResultsUnavailableError } from './errors.ts';
import { ndjsonLine } from './ndjson-line.ts';
import type { ResultRecord, ResultStore } from './result-store.ts';
import { type RotationBounds, rotateResults } from './rotate-results.ts';

/** Default size of a batch. */
const BATCH_LINES = 5000;

/**
 * Appends results to a file as one JSON object per line, and gives it a new name every day and whenever it is full. The
 * default without a database.
 */
export class NdjsonResultStore implements ResultStore {
  readonly name = 'ndjson';
  readonly #path: string;
  readonly #batchLines: number;
  readonly #bounds: RotationBounds | undefined;
  readonly #nowMilliseconds: () => number;

  /**
   * @param batchLines lines appended at once.
   * @param bounds one file for ever when left out.
   * @param nowMilliseconds the clock of the file system.
   */
  constructor(
    path: string,
    batchLines = BATCH_LINES,
    bounds?: RotationBounds,
    nowMilliseconds: () => number = Date.now,
  ) {
    this.#path = path;
    this.#batchLines = batchLines;
    this.#bounds = bounds;
    this.#nowMilliseconds = nowMilliseconds;
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await makeFolder(dirname(this.#path));
      if (this.#bounds !== undefined) await rotateResults(this.#path, this.#bounds, this.#nowMilliseconds());
      await using file = await open(this.#path, 'a+');
      if (await endsInMidLine(file)) await file.appendFile('\n');
      for (let start = 0; start < records.length; start += this.#batchLines) {
        const batch = records.slice(start, start + this.#batchLines);
        await file.appendFile(batch.map((record) => `${ndjsonLine(record)}\n`).join(''));
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

/** A write that was cut short, by a full disk or a kill, leaves a torn line: it must not swallow the next record. */
async function endsInMidLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}
