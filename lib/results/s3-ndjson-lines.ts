import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/s3-location.ts';
import type { ResultFolder } from './athena/result-columns.ts';
import { ResultsUnavailableError } from './errors.ts';
import { identityOfLine } from './ndjson-line.ts';
import { type HourOfResults, hoursOfResults, linesIn, resultObject } from './s3-result-objects.ts';

const READS_AT_ONCE = 16;

/** Reads the lines of a Parquet object. */
export type ParquetLines = (folder: ResultFolder, bytes: Uint8Array) => AsyncIterable<string>;

/**
 * The lines of the results in S3, in the order of their hours: of the objects of steps, and of what they were compacted
 * into. A line of a step replaces the same one that is compacted, since it was written later.
 *
 * @param startSeconds Unix seconds; objects of steps before are not read.
 * @param endSeconds objects of steps from then on are not read.
 * @param parquetLines reads what was compacted; undefined for a folder that never is.
 * @throws ResultsUnavailableError when they can't be read.
 */
export async function* s3NdjsonLines(
  client: S3Client,
  location: S3Location,
  folder: ResultFolder,
  { startSeconds, endSeconds = Infinity }: { readonly startSeconds: number; readonly endSeconds?: number },
  parquetLines?: ParquetLines,
): AsyncGenerator<string> {
  const withCompacted = parquetLines !== undefined;
  try {
    const window = { startSeconds, endSeconds, withCompacted };
    for (const hour of await hoursOfResults(client, location, folder, window))
      yield* hour.compacted === undefined || parquetLines === undefined
        ? linesOfSteps(client, location, hour)
        : linesOfBoth(client, location, hour, (bytes) => parquetLines(folder, bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new ResultsUnavailableError(
      `The results can't be read from s3://${location.bucket}/${location.prefix}: ${reason}`,
      { cause: error },
    );
  }
}

async function* linesOfSteps(
  client: S3Client,
  location: S3Location,
  { steps }: HourOfResults,
): AsyncGenerator<string> {
  for (let start = 0; start < steps.length; start += READS_AT_ONCE) {
    const some = steps.slice(start, start + READS_AT_ONCE);
    for (const { bytes } of await Promise.all(some.map((key) => resultObject(client, location, key))))
      yield* linesIn(bytes);
  }
}

async function* linesOfBoth(
  client: S3Client,
  location: S3Location,
  hour: HourOfResults,
  parquetLines: (bytes: Uint8Array) => AsyncIterable<string>,
): AsyncGenerator<string> {
  const later = new Map<string, string>();
  for await (const line of linesOfSteps(client, location, hour)) later.set(identityOfLine(line), line);
  const { bytes } = await resultObject(client, location, hour.compacted ?? '');
  for await (const line of parquetLines(bytes))
    if (later.size === 0 || !later.has(identityOfLine(line))) yield line;
  yield* later.values();
}
