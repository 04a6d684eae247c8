import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/s3-location.ts';
import { ResultsUnavailableError } from './errors.ts';
import type { ResultRecord } from './result-store.ts';

const READS_AT_ONCE = 16;

/**
 * The lines of the results in S3, where each time has an object of its own, by date.
 *
 * @param startSeconds Unix seconds; objects of the days before are not read.
 * @param endSeconds objects of the days after it are not read.
 * @throws ResultsUnavailableError when they can't be read.
 */
export async function* s3NdjsonLines(
  client: S3Client,
  { bucket, prefix }: S3Location,
  measurement: ResultRecord['measurement'],
  startSeconds: number,
  endSeconds = Infinity,
): AsyncGenerator<string> {
  const folder = `${prefix}${measurement}/`;
  const dayOf = (seconds: number) => new Date(Math.max(0, seconds) * 1000).toISOString().slice(0, 10);
  const last = Number.isFinite(endSeconds) ? `${folder}date=${dayOf(endSeconds)}~` : undefined;
  const textOf = async (key: string): Promise<string> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  };
  try {
    const pages = paginateListObjectsV2(
      { client },
      { Bucket: bucket, Prefix: folder, StartAfter: `${folder}date=${dayOf(startSeconds)}` },
    );
    for await (const { Contents = [] } of pages) {
      const keys = Contents.flatMap(({ Key }) => Key ?? []).filter((key) => last === undefined || key < last);
      for (let start = 0; start < keys.length; start += READS_AT_ONCE)
        for (const text of await Promise.all(keys.slice(start, start + READS_AT_ONCE).map(textOf)))
          yield* text.split('\n');
      // Keys come in order, so no later page has any that is wanted.
      if (keys.length < Contents.length) return;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new ResultsUnavailableError(`The results can't be read from s3://${bucket}/${prefix}: ${reason}`, {
      cause: error,
    });
  }
}
