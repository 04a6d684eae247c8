import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/s3-location.ts';
import {
  type AlertHistory,
  type RecordedIncident,
  type RecordedNotification,
  recordedIncidents,
} from './alert-history.ts';
import { ResultsUnavailableError } from './errors.ts';
import { alertInLine } from './ndjson-alert-line.ts';

const READS_AT_ONCE = 16;

/** Reads the alerts among the results in S3: one object per time, by date. */
export class S3NdjsonAlertHistory implements AlertHistory {
  readonly #client: S3Client;
  readonly #location: S3Location;

  constructor(client: S3Client, location: S3Location) {
    this.#client = client;
    this.#location = location;
  }

  async incidents(sinceSeconds: number): Promise<RecordedIncident[]> {
    const { bucket, prefix } = this.#location;
    const notifications: RecordedNotification[] = [];
    try {
      const keys = await this.#keysSince(sinceSeconds);
      for (let start = 0; start < keys.length; start += READS_AT_ONCE) {
        const texts = await Promise.all(
          keys.slice(start, start + READS_AT_ONCE).map((key) => this.#textOf(key)),
        );
        for (const line of texts.flatMap((text) => text.split('\n'))) {
          const record = alertInLine(line);
          if (record !== undefined && record.timeSeconds >= sinceSeconds) notifications.push(record);
        }
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      throw new ResultsUnavailableError(
        `The results can't be read from s3://${bucket}/${prefix}: ${reason}`,
        {
          cause: error,
        },
      );
    }
    return recordedIncidents(notifications);
  }

  async #keysSince(sinceSeconds: number): Promise<string[]> {
    const { bucket, prefix } = this.#location;
    const folder = `${prefix}alert/`;
    const date = new Date(Math.max(0, sinceSeconds) * 1000).toISOString().slice(0, 10);
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: bucket, Prefix: folder, StartAfter: `${folder}date=${date}` },
    );
    const keys: string[] = [];
    for await (const { Contents = [] } of pages)
      for (const { Key } of Contents) if (Key !== undefined) keys.push(Key);
    return keys;
  }

  async #textOf(key: string): Promise<string> {
    const { bucket } = this.#location;
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  }
}
