import { createHash } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { S3Location } from '../../config/s3-location.ts';
import { compactedFolders, parquetFolder, type ResultFolder } from '../athena/result-columns.ts';
import { ResultsUnavailableError } from '../errors.ts';
import { identityOfLine } from '../ndjson-line.ts';
import { type HourOfResults, hoursOfResults, linesIn, resultObject } from '../s3-result-objects.ts';
import { lineOfRow, parquetOfRows, type ResultRow, rowOfLine, rowsOfParquet } from './result-parquet.ts';

const READS_AT_ONCE = 8;
const DAY_SECONDS = 86_400;

/** What became of the hours of one day of a folder. */
export interface CompactedDay {
  readonly folder: ResultFolder;
  /** `2026-11-28`, UTC. */
  readonly day: string;
  /** Objects of steps that were there, and those of them that are removed. */
  readonly objectsBefore: number;
  readonly objectsRemoved: number;
  /** Lines in the Parquet objects that were written. */
  readonly lines: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** What was left as it is, and why. */
  readonly problems: readonly string[];
}

/** Which days are compacted. */
export interface Compaction {
  /** `2026-11-28`; undefined for all days with objects of steps. */
  readonly day?: string | undefined;
  /** The present, Unix seconds: its day is not over, and is left alone. */
  readonly nowSeconds: number;
  /** Whether it is only counted what there is. */
  readonly isDryRun: boolean;
}

/**
 * Puts the objects of steps together: one Parquet object for each hour of a day that is over. An hour at a time is in
 * memory. The objects of the steps are removed when the Parquet object was read back and holds every line of them.
 * Repeated, it does what is left to do, such as what was written late.
 *
 * @returns an entry for each folder and day that had objects of steps, as they are done.
 * @throws ResultsUnavailableError when the bucket can't be read or written.
 */
export async function* compactResults(
  client: S3Client,
  location: S3Location,
  { day, nowSeconds, isDryRun }: Compaction,
): AsyncGenerator<CompactedDay> {
  const todaySeconds = Math.floor(nowSeconds / DAY_SECONDS) * DAY_SECONDS;
  const startSeconds = day === undefined ? 0 : Date.parse(`${day}T00:00:00Z`) / 1000;
  const endSeconds = Math.min(todaySeconds, day === undefined ? Infinity : startSeconds + DAY_SECONDS);
  if (startSeconds >= endSeconds) return;
  try {
    for (const folder of compactedFolders) {
      const window = { startSeconds, endSeconds, withCompacted: true };
      const hours = await hoursOfResults(client, location, folder, window);
      const days = Map.groupBy(
        hours.filter(({ steps }) => steps.length > 0),
        (hour) => hour.day,
      );
      for (const [date, ofDay] of days) {
        let sum: CompactedDay = {
          folder,
          day: date,
          objectsBefore: 0,
          objectsRemoved: 0,
          lines: 0,
          bytesBefore: 0,
          bytesAfter: 0,
          problems: [],
        };
        for (const hour of ofDay)
          sum = added(
            sum,
            isDryRun
              ? { objectsBefore: hour.steps.length }
              : await compactHour(client, location, folder, hour),
          );
        yield sum;
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new ResultsUnavailableError(
      `The results in s3://${location.bucket}/${location.prefix} could not be compacted: ${reason}; what was not compacted is as it was`,
      { cause: error },
    );
  }
}

type Part = Partial<Omit<CompactedDay, 'folder' | 'day'>>;

/** The object of a step, as it was read. */
interface ReadStep {
  readonly key: string;
  readonly etag: string | undefined;
}

async function compactHour(
  client: S3Client,
  location: S3Location,
  folder: ResultFolder,
  hour: HourOfResults,
): Promise<Part> {
  const { bucket, prefix } = location;
  const read: ReadStep[] = [];
  const problems: string[] = [];
  const expected = new Checksum();
  let bytesBefore = 0;
  const before =
    hour.compacted === undefined ? undefined : await resultObject(client, location, hour.compacted);
  async function* stepRows(): AsyncGenerator<ResultRow> {
    for (let start = 0; start < hour.steps.length; start += READS_AT_ONCE) {
      const keys = hour.steps.slice(start, start + READS_AT_ONCE);
      const objects = await Promise.all(
        keys.map(async (key) => ({ key, ...(await resultObject(client, location, key)) })),
      );
      for (const { key, bytes, etag } of objects) {
        const rows = linesIn(bytes).map((line) => rowOfLine(folder, line));
        if (!rows.every((row) => row !== undefined)) {
          problems.push(`s3://${bucket}/${key} has lines that the table has no columns for: it stays`);
          continue;
        }
        bytesBefore += bytes.length;
        read.push({ key, etag });
        yield* rows;
      }
    }
  }
  const identityOf = (row: ResultRow) => identityOfLine(lineOfRow(folder, row));
  async function* allRows(): AsyncGenerator<ResultRow> {
    if (before === undefined) {
      yield* stepRows();
      return;
    }
    const later = new Map<string, ResultRow>();
    for await (const row of stepRows()) later.set(identityOf(row), row);
    for await (const row of rowsOfParquet(before.bytes)) if (!later.has(identityOf(row))) yield row;
    yield* later.values();
  }
  async function* checked(): AsyncGenerator<ResultRow> {
    for await (const row of allRows()) {
      expected.add(lineOfRow(folder, row));
      yield row;
    }
  }
  const bytes = await parquetOfRows(folder, checked());
  const part = { objectsBefore: hour.steps.length, problems };
  if (read.length === 0) return part;
  const key = hour.compacted ?? `${prefix}${parquetFolder(folder)}/date=${hour.day}/${hour.hour}.parquet`;
  const isWritten = await putUnchanged(client, bucket, key, bytes, before?.etag);
  if (!isWritten)
    return { ...part, problems: [...problems, `s3://${bucket}/${key} was written by another process`] };
  const found = new Checksum();
  const readBack = await resultObject(client, location, key);
  for await (const row of rowsOfParquet(readBack.bytes)) found.add(lineOfRow(folder, row));
  if (!found.equals(expected))
    return {
      ...part,
      problems: [...problems, `s3://${bucket}/${key} does not hold what was written: nothing is removed`],
    };
  let objectsRemoved = 0;
  for (let start = 0; start < read.length; start += READS_AT_ONCE) {
    const some = read.slice(start, start + READS_AT_ONCE);
    const removed = await Promise.all(some.map((step) => removeUnchanged(client, bucket, step)));
    objectsRemoved += removed.filter(Boolean).length;
  }
  return { ...part, objectsRemoved, lines: expected.count, bytesBefore, bytesAfter: bytes.length };
}

/** @returns false when another process has written the object meanwhile. */
async function putUnchanged(
  client: S3Client,
  bucket: string,
  key: string,
  bytes: Uint8Array,
  etag: string | undefined,
): Promise<boolean> {
  const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
  const put = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: bytes,
    ContentType: 'application/vnd.apache.parquet',
    ...condition,
  });
  return unlessChanged(client.send(put));
}

/** @returns false when a line was added meanwhile: the next compaction takes it. */
async function removeUnchanged(client: S3Client, bucket: string, { key, etag }: ReadStep): Promise<boolean> {
  const condition = etag === undefined ? {} : { IfMatch: etag };
  return unlessChanged(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, ...condition })));
}

async function unlessChanged(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 412 || status === 409) return false;
    throw error;
  }
}

/** Of lines in any order. */
class Checksum {
  count = 0;
  #sum = 0n;

  add(line: string): void {
    this.count += 1;
    this.#sum += createHash('sha256').update(line).digest().readBigUInt64LE();
  }

  equals(other: Checksum): boolean {
    return this.count === other.count && this.#sum === other.#sum;
  }
}

function added(sum: CompactedDay, part: Part): CompactedDay {
  return {
    ...sum,
    objectsBefore: sum.objectsBefore + (part.objectsBefore ?? 0),
    objectsRemoved: sum.objectsRemoved + (part.objectsRemoved ?? 0),
    lines: sum.lines + (part.lines ?? 0),
    bytesBefore: sum.bytesBefore + (part.bytesBefore ?? 0),
    bytesAfter: sum.bytesAfter + (part.bytesAfter ?? 0),
    problems: [...sum.problems, ...(part.problems ?? [])],
  };
}
