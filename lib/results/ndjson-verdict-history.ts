import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { ResultsUnavailableError } from './errors.ts';
import { verdictInLine } from './ndjson-verdict-line.ts';
import type { RecordedVerdict, VerdictHistory, VerdictWindow } from './verdict-history.ts';

/** Reads the verdicts in a result file. */
export class NdjsonVerdictHistory implements VerdictHistory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async *verdicts({ metric, startSeconds, endSeconds }: VerdictWindow): AsyncGenerator<RecordedVerdict> {
    try {
      const lines = createInterface({ input: createReadStream(this.#path), crlfDelay: Infinity });
      for await (const line of lines) {
        const verdict = verdictInLine(line);
        if (verdict?.metric !== metric) continue;
        if (verdict.timeSeconds >= startSeconds && verdict.timeSeconds < endSeconds) yield verdict;
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ResultsUnavailableError(`The results can't be read from ${this.#path}: ${reason}`, {
        cause: error,
      });
    }
  }
}
