import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type AlertHistory,
  type RecordedIncident,
  type RecordedNotification,
  recordedIncidents,
} from './alert-history.ts';
import { ResultsUnavailableError } from './errors.ts';
import { alertInLine } from './ndjson-alert-line.ts';

/** The alerts in a file of results. */
export class NdjsonAlertHistory implements AlertHistory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async incidents(sinceSeconds: number): Promise<RecordedIncident[]> {
    const news: RecordedNotification[] = [];
    try {
      const lines = createInterface({ input: createReadStream(this.#path), crlfDelay: Infinity });
      for await (const line of lines) {
        const record = alertInLine(line);
        if (record !== undefined && record.timeSeconds >= sinceSeconds) news.push(record);
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      const reason = error instanceof Error ? error.message : String(error);
      throw new ResultsUnavailableError(`The results can't be read from ${this.#path}: ${reason}`, {
        cause: error,
      });
    }
    return recordedIncidents(news);
  }
}
