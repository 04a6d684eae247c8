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

/** Reads the alerts in a result file. */
export class NdjsonAlertHistory implements AlertHistory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async incidents(sinceSeconds: number): Promise<RecordedIncident[]> {
    const notifications: RecordedNotification[] = [];
    try {
      const lines = createInterface({ input: createReadStream(this.#path), crlfDelay: Infinity });
      for await (const line of lines) {
        const record = alertInLine(line);
        if (record !== undefined && record.timeSeconds >= sinceSeconds) notifications.push(record);
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      const reason = error instanceof Error ? error.message : String(error);
      throw new ResultsUnavailableError(`The results can't be read from ${this.#path}: ${reason}`, {
        cause: error,
      });
    }
    return recordedIncidents(notifications);
  }
}
