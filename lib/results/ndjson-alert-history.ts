import {
  type AlertHistory,
  type RecordedIncident,
  type RecordedNotification,
  recordedIncidents,
} from './alert-history.ts';
import { alertInLine } from './ndjson-alert-line.ts';
import { ndjsonFileLines } from './ndjson-file-lines.ts';

/** Reads the alerts in result files. */
export class NdjsonAlertHistory implements AlertHistory {
  readonly #path: string;

  /** @param path of the file that is written to. */
  constructor(path: string) {
    this.#path = path;
  }

  async incidents(sinceSeconds: number): Promise<RecordedIncident[]> {
    const notifications: RecordedNotification[] = [];
    for await (const line of ndjsonFileLines(this.#path, sinceSeconds)) {
      const record = alertInLine(line);
      if (record !== undefined && record.timeSeconds >= sinceSeconds) notifications.push(record);
    }
    return recordedIncidents(notifications);
  }
}
