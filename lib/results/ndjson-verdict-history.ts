import { ndjsonFileLines } from './ndjson-file-lines.ts';
import { verdictInLine } from './ndjson-verdict-line.ts';
import type { RecordedVerdict, VerdictHistory, VerdictWindow } from './verdict-history.ts';

/** Reads the verdicts in result files. */
export class NdjsonVerdictHistory implements VerdictHistory {
  readonly #path: string;

  /** @param path of the file that is written to. */
  constructor(path: string) {
    this.#path = path;
  }

  async *verdicts({ metric, startSeconds, endSeconds }: VerdictWindow): AsyncGenerator<RecordedVerdict> {
    for await (const line of ndjsonFileLines(this.#path, startSeconds)) {
      const verdict = verdictInLine(line);
      if (verdict?.metric !== metric) continue;
      if (verdict.timeSeconds >= startSeconds && verdict.timeSeconds < endSeconds) yield verdict;
    }
  }
}
