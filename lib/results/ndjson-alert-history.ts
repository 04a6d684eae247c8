import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AlertHistory, type ToldIncident, type ToldNews, toldIncidents } from './alert-history.ts';
import { ResultsUnavailableError } from './errors.ts';
import type { AlertRecord } from './result-store.ts';

/** As the records are written: most lines are verdicts, and need not be parsed. */
const ALERT_LINE = '{"measurement":"alert"';

/** The alerts in a file of results. */
export class NdjsonAlertHistory implements AlertHistory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async incidents(sinceSeconds: number): Promise<ToldIncident[]> {
    const news: ToldNews[] = [];
    try {
      const lines = createInterface({ input: createReadStream(this.#path), crlfDelay: Infinity });
      for await (const line of lines) {
        const record = line.startsWith(ALERT_LINE) ? alertIn(line) : undefined;
        if (record !== undefined && record.timeSeconds >= sinceSeconds) news.push(record);
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      const reason = error instanceof Error ? error.message : String(error);
      throw new ResultsUnavailableError(`The results can't be read from ${this.#path}: ${reason}`, {
        cause: error,
      });
    }
    return toldIncidents(news);
  }
}

/** @returns undefined for a line that was cut off: a write that was ended half way. */
function alertIn(line: string): AlertRecord | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
