import {
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { S3Location } from '../config/s3-location.ts';
import type { Connection } from '../connections/connection.ts';
import { endingWith } from '../connections/time-left.ts';
import { ResultsUnavailableError } from './errors.ts';
import { identityOfLine, ndjsonLine } from './ndjson-line.ts';
import type { ResultRecord, ResultStore } from './result-store.ts';

const OBJECTS_AT_ONCE = 8;
/** Maximum number of merges: other shards may write to the object of the same step. */
const MERGES = 10;

/**
 * Writes results to S3 as one JSON object per line, one S3 object per measurement and step:
 * `prefix/verdict/date=2026-11-26/101500.ndjson`, which Athena, DuckDB and Spark read as a partitioned table. Records are
 * merged into an existing object by identity, so that writing twice stores them once.
 */
export class S3NdjsonResultStore implements ResultStore {
  readonly name = 'ndjson';
  readonly #client: S3Client;
  readonly #location: S3Location;
  readonly #remainingMilliseconds: () => number;

  /** @param remainingMilliseconds limit of each call; unlimited when omitted. */
  constructor(client: S3Client, location: S3Location, remainingMilliseconds = () => Infinity) {
    this.#client = client;
    this.#location = location;
    this.#remainingMilliseconds = remainingMilliseconds;
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    const objects = [...linesByKey(records)];
    for (let start = 0; start < objects.length; start += OBJECTS_AT_ONCE) {
      const some = objects.slice(start, start + OBJECTS_AT_ONCE);
      await Promise.all(some.map(([key, lines]) => this.#write(this.#location.prefix + key, lines)));
    }
  }

  async check(): Promise<Connection> {
    const { bucket, prefix } = this.#location;
    const detail = `s3://${bucket}/${prefix}`;
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: bucket }));
      return { service: this.name, isUp: true, detail };
    } catch (error) {
      return { service: this.name, isUp: false, detail: `${detail}: ${reasonOf(error)}` };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
  }

  async #write(key: string, lines: readonly string[]): Promise<void> {
    const { bucket } = this.#location;
    try {
      if (await this.#put(key, lines, { IfNoneMatch: '*' })) return;
      for (let merge = 0; merge < MERGES; merge += 1) if (await this.#merge(key, lines)) return;
    } catch (error) {
      throw new ResultsUnavailableError(
        `The results can't be written to s3://${bucket}/${key}: ${reasonOf(error)}`,
        { cause: error },
      );
    }
    throw new ResultsUnavailableError(
      `Too many concurrent writers to s3://${bucket}/${key}; the next tick retries.`,
    );
  }

  /** @returns false when another writer was faster. */
  async #merge(key: string, lines: readonly string[]): Promise<boolean> {
    const stored = await this.#client.send(
      new GetObjectCommand({ Bucket: this.#location.bucket, Key: key }),
      endingWith(this.#remainingMilliseconds),
    );
    const text = (await stored.Body?.transformToString()) ?? '';
    const before = text.split('\n').filter((line) => line !== '');
    const merged = new Map([...before, ...lines].map((line) => [identityOfLine(line), line]));
    const after = [...merged.values()];
    if (after.length === before.length && after.every((line, index) => line === before[index])) return true;
    return this.#put(key, after, { IfMatch: stored.ETag ?? '' });
  }

  /** @returns whether the condition held. */
  async #put(
    key: string,
    lines: readonly string[],
    condition: { readonly IfMatch: string } | { readonly IfNoneMatch: string },
  ): Promise<boolean> {
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#location.bucket,
          Key: key,
          Body: lines.map((line) => `${line}\n`).join(''),
          ContentType: 'application/x-ndjson',
          ...condition,
        }),
        endingWith(this.#remainingMilliseconds),
      );
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && isTaken(error)) return false;
      throw error;
    }
  }
}

/** 412: the condition is not met. 409: another conditional write of the key is in progress. */
function isTaken({ $metadata: { httpStatusCode } }: S3ServiceException): boolean {
  return httpStatusCode === 412 || httpStatusCode === 409;
}

function linesByKey(records: readonly ResultRecord[]): Map<string, string[]> {
  const byKey = new Map<string, string[]>();
  for (const record of records) {
    // It belongs to the tick before, whose objects are written: a PUT for it alone costs more than it says.
    if (record.measurement === 'tick_outcome') continue;
    const key = keyOf(record);
    const lines = byKey.get(key);
    if (lines === undefined) byKey.set(key, [ndjsonLine(record)]);
    else lines.push(ndjsonLine(record));
  }
  return byKey;
}

function keyOf(record: ResultRecord): string {
  const [date = '', time = ''] = new Date(secondsOf(record) * 1000).toISOString().split('T');
  // Of one tick as well, so that the states of metrics cost no request of their own.
  const folder = record.measurement === 'metric_state' ? 'tick' : record.measurement;
  return `${folder}/date=${date}/${time.slice(0, 8).replaceAll(':', '')}.ndjson`;
}

function secondsOf(record: ResultRecord): number {
  switch (record.measurement) {
    case 'verdict':
      return record.verdict.timeSeconds;
    case 'gap':
      return record.startSeconds;
    default:
      return record.timeSeconds;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
