import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/s3-location.ts';
import {
  type AlertHistory,
  type RecordedIncident,
  type RecordedNotification,
  recordedIncidents,
} from './alert-history.ts';
import { alertInLine } from './ndjson-alert-line.ts';
import { s3NdjsonLines } from './s3-ndjson-lines.ts';

/** Reads the alerts among the results in S3: one object per time, by date. */
export class S3NdjsonAlertHistory implements AlertHistory {
  readonly #client: S3Client;
  readonly #location: S3Location;

  constructor(client: S3Client, location: S3Location) {
    this.#client = client;
    this.#location = location;
  }

  async incidents(sinceSeconds: number): Promise<RecordedIncident[]> {
    const notifications: RecordedNotification[] = [];
    for await (const line of s3NdjsonLines(this.#client, this.#location, 'alert', {
      startSeconds: sinceSeconds,
    })) {
      const record = alertInLine(line);
      if (record !== undefined && record.timeSeconds >= sinceSeconds) notifications.push(record);
    }
    return recordedIncidents(notifications);
  }
}
