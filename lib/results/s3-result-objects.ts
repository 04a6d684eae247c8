import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/s3-location.ts';
import { parquetFolder, type ResultFolder } from './athena/result-columns.ts';

/** The objects of one hour of a folder of results in S3. */
export interface HourOfResults {
  /** `2026-11-28`, UTC. */
  readonly day: string;
  /** `00` to `23`. */
  readonly hour: string;
  /** Keys of the objects of its steps, in the order of time; none once they are compacted. */
  readonly steps: readonly string[];
  /** Key of the compacted ones; undefined where there are none. */
  readonly compacted: string | undefined;
}

const STEP = /\/date=(\d{4}-\d\d-\d\d)\/(\d\d)(\d\d)(\d\d)\.ndjson$/;
const COMPACTED = /\/date=(\d{4}-\d\d-\d\d)\/(\d\d)\.parquet$/;

/**
 * The hours of a folder that have results, oldest first, with the objects of the steps in the window.
 *
 * @param startSeconds Unix seconds, included.
 * @param endSeconds excluded.
 * @param withCompacted whether the folder may be compacted.
 */
export async function hoursOfResults(
  client: S3Client,
  location: S3Location,
  folder: ResultFolder,
  {
    startSeconds,
    endSeconds,
    withCompacted,
  }: { readonly startSeconds: number; readonly endSeconds: number; readonly withCompacted: boolean },
): Promise<HourOfResults[]> {
  const hours = new Map<
    string,
    { day: string; hour: string; steps: string[]; compacted: string | undefined }
  >();
  const hourOf = (day: string, hour: string) => {
    const known = hours.get(`${day} ${hour}`) ?? { day, hour, steps: [], compacted: undefined };
    hours.set(`${day} ${hour}`, known);
    return known;
  };
  for await (const key of keysBetween(client, location, folder, startSeconds, endSeconds)) {
    const [, day = '', hour = '', minute, second] = STEP.exec(key) ?? [];
    const timeSeconds = Date.parse(`${day}T${hour}:${minute}:${second}Z`) / 1000;
    if (timeSeconds >= startSeconds && timeSeconds < endSeconds) hourOf(day, hour).steps.push(key);
  }
  if (withCompacted)
    for await (const key of keysBetween(client, location, parquetFolder(folder), startSeconds, endSeconds)) {
      const [, day = '', hour = ''] = COMPACTED.exec(key) ?? [];
      const hourSeconds = Date.parse(`${day}T${hour}:00:00Z`) / 1000;
      if (hourSeconds + 3600 > startSeconds && hourSeconds < endSeconds) hourOf(day, hour).compacted = key;
    }
  return [...hours.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, hour]) => hour);
}

/** An object with its tag. */
export async function resultObject(
  client: S3Client,
  { bucket }: S3Location,
  key: string,
): Promise<{ readonly bytes: Uint8Array; readonly etag: string | undefined }> {
  const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
}

/** The lines of an object. */
export function linesIn(bytes: Uint8Array): string[] {
  return Buffer.from(bytes)
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}

/** The keys of the days of a window, in order. */
async function* keysBetween(
  client: S3Client,
  { bucket, prefix }: S3Location,
  folder: string,
  startSeconds: number,
  endSeconds: number,
): AsyncGenerator<string> {
  const start = `${prefix}${folder}/`;
  const dayOf = (seconds: number) => new Date(Math.max(0, seconds) * 1000).toISOString().slice(0, 10);
  const end = Number.isFinite(endSeconds) ? `${start}date=${dayOf(endSeconds)}~` : undefined;
  const pages = paginateListObjectsV2(
    { client },
    { Bucket: bucket, Prefix: start, StartAfter: `${start}date=${dayOf(startSeconds)}` },
  );
  for await (const { Contents = [] } of pages)
    for (const { Key = '' } of Contents) {
      // Keys come in order, so no later one is wanted.
      if (end !== undefined && Key >= end) return;
      yield Key;
    }
}
