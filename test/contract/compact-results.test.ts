import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { type Compaction, compactResults } from '../../lib/results/parquet/compact-results.ts';
import { linesOfParquet } from '../../lib/results/parquet/result-parquet.ts';
import type { ResultRecord } from '../../lib/results/result-store.ts';
import { S3NdjsonResultStore } from '../../lib/results/s3-ndjson-result-store.ts';
import { S3NdjsonVerdictHistory } from '../../lib/results/s3-ndjson-verdict-history.ts';
import type { RecordedVerdict } from '../../lib/results/verdict-history.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';
import { cannotHave, useService } from '../services/shared.ts';
import { alertRecord, tickRecord, verdictRecord } from './verdict-records.ts';

/** Midnight, and the noon of the day after. */
const DAY = Date.UTC(2026, 10, 26) / 1000;
const NOW = DAY + 36 * 3600;

const ODD = { path: 'C:\\', text: 'a "b"\nc 日本', camelCase: 'Kept' };

/** Three verdicts a minute from 22:58 to 01:02. */
function recordsAround(midnight: number): ResultRecord[] {
  return Array.from({ length: 124 }, (_, minute) => midnight - 3720 + 60 * minute).flatMap((timeSeconds) => [
    verdictRecord({ host: 'a' }, { timeSeconds, value: timeSeconds % 97 }),
    verdictRecord(ODD, {
      timeSeconds,
      value: Number.NaN,
      kind: 'no-data',
      score: undefined,
      band: undefined,
    }),
    verdictRecord({ host: 'a' }, { timeSeconds, value: 0.1 }, 'other'),
    { ...tickRecord({ seriesScored: 3 }), timeSeconds } as ResultRecord,
  ]);
}

async function newBucket() {
  const { endpoint } = await useService('cloud');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials });
  const bucket = `compact-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const location = { bucket, prefix: 'lake/' };
  const objects = new S3ObjectStore(client, bucket);
  const history = new S3NdjsonVerdictHistory(client, location);
  const read = async (startSeconds: number, endSeconds: number): Promise<RecordedVerdict[]> =>
    Array.fromAsync(history.verdicts({ metric: 'cpu_usage', startSeconds, endSeconds }));
  return {
    client,
    bucket,
    objects,
    store: new S3NdjsonResultStore(client, location),
    /** In the order of time, and of the host. */
    read: async (startSeconds: number, endSeconds: number) =>
      (await read(startSeconds, endSeconds)).toSorted(
        (one, other) =>
          one.timeSeconds - other.timeSeconds || JSON.stringify(one).localeCompare(JSON.stringify(other)),
      ),
    compact: (more: Partial<Compaction> = {}) =>
      Array.fromAsync(compactResults(client, location, { nowSeconds: NOW, isDryRun: false, ...more })),
  };
}

describe.skipIf(await cannotHave('cloud'))('compacted results in S3', () => {
  it('read as before, of every window, and are an object an hour', async () => {
    const { store, objects, read, compact } = await newBucket();
    await store.write(recordsAround(DAY));
    const windows = [
      [DAY - 7200, DAY + 7200],
      [DAY - 90, DAY + 90],
      [DAY + 3000, DAY + 3660],
    ] as const;
    const before = await Promise.all(windows.map(([start, end]) => read(start, end)));
    expect(before[0]).toHaveLength(248);
    expect(await compact({ isDryRun: true })).toMatchObject([
      { folder: 'verdict', day: '2026-11-25', objectsBefore: 62, objectsRemoved: 0 },
      { folder: 'verdict', day: '2026-11-26', objectsBefore: 62, objectsRemoved: 0 },
      { folder: 'tick', day: '2026-11-25' },
      { folder: 'tick', day: '2026-11-26' },
    ]);
    const done = await compact();
    expect(done.every(({ objectsBefore, objectsRemoved }) => objectsRemoved === objectsBefore)).toBe(true);
    expect(await objects.list('lake/verdict')).toEqual([
      'lake/verdict-parquet/date=2026-11-25/22.parquet',
      'lake/verdict-parquet/date=2026-11-25/23.parquet',
      'lake/verdict-parquet/date=2026-11-26/00.parquet',
      'lake/verdict-parquet/date=2026-11-26/01.parquet',
    ]);
    expect(await Promise.all(windows.map(([start, end]) => read(start, end)))).toEqual(before);
    expect(await compact()).toEqual([]);
  });

  it('leave the present day, and the few objects of alerts, as they are', async () => {
    const { store, objects, compact } = await newBucket();
    const timeSeconds = DAY + 60;
    await store.write([verdictRecord({}, { timeSeconds }), alertRecord({}, { timeSeconds })]);
    expect(await compact({ nowSeconds: DAY + 3600 })).toEqual([]);
    expect(await compact({ day: '2026-11-25' })).toEqual([]);
    expect(await compact({ day: '2026-11-26' })).toHaveLength(1);
    expect(await objects.list('lake/')).toEqual([
      'lake/alert/date=2026-11-26/000100.ndjson',
      'lake/verdict-parquet/date=2026-11-26/00.parquet',
    ]);
  });

  it('take in what is written late, which replaces the same record', async () => {
    const { store, read, compact } = await newBucket();
    await store.write(recordsAround(DAY));
    await compact();
    const late = verdictRecord({ host: 'a' }, { timeSeconds: DAY, value: 4711 });
    const more = verdictRecord({ host: 'new' }, { timeSeconds: DAY, value: 1 });
    await store.write([late, more]);
    const expected = await read(DAY, DAY + 60);
    expect(expected).toHaveLength(3);
    expect(expected.map(({ value }) => value)).toContain(4711);
    expect(await compact()).toMatchObject([{ objectsBefore: 1, objectsRemoved: 1, problems: [] }]);
    expect(await read(DAY, DAY + 60)).toEqual(expected);
    expect(await read(DAY - 7200, DAY + 7200)).toHaveLength(249);
  });

  it('are the same when a compaction was killed before it removed anything', async () => {
    const { client, bucket, store, objects, read, compact } = await newBucket();
    await store.write(recordsAround(DAY));
    const expected = await read(DAY - 7200, DAY + 7200);
    const originals = await Promise.all(
      (await objects.list('lake/verdict/')).map(
        async (key) => [key, (await objects.get(key))!.bytes] as const,
      ),
    );
    await compact();
    for (const [key, bytes] of originals) await objects.put(key, bytes, { kind: 'none' });
    expect(await read(DAY - 7200, DAY + 7200)).toEqual(expected);
    await compact();
    expect(await read(DAY - 7200, DAY + 7200)).toEqual(expected);
    const key = 'lake/verdict-parquet/date=2026-11-26/00.parquet';
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const lines = await Array.fromAsync(linesOfParquet('verdict', await Body!.transformToByteArray()));
    expect(lines).toHaveLength(180);
    expect(new Set(lines).size).toBe(180);
  });

  it('remove nothing that a line was added to meanwhile, nor what the table has no column for', async () => {
    const { client, bucket, store, objects, compact } = await newBucket();
    await store.write([
      verdictRecord({}, { timeSeconds: DAY }),
      verdictRecord({}, { timeSeconds: DAY + 60 }),
    ]);
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: 'lake/verdict/date=2026-11-26/000200.ndjson',
        Body: '{"measurement":"verdict","metric":"cpu","ofTheFuture":1}\n',
      }),
    );
    const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
    let isAdded = false;
    // Another writer adds a line just before the first object is removed.
    client.send = (async (command: { readonly constructor: { readonly name: string } }) => {
      if (command.constructor.name === 'DeleteObjectCommand' && !isAdded) {
        isAdded = true;
        await store.write([verdictRecord({ host: 'late' }, { timeSeconds: DAY })]);
      }
      return send(command);
    }) as typeof client.send;
    const [done] = await compact();
    expect(done).toMatchObject({ objectsBefore: 3, objectsRemoved: 1, lines: 2 });
    expect(done?.problems).toEqual([expect.stringContaining('000200.ndjson has lines that the table')]);
    expect(await objects.list('lake/verdict/')).toEqual([
      'lake/verdict/date=2026-11-26/000000.ndjson',
      'lake/verdict/date=2026-11-26/000200.ndjson',
    ]);
  });
});
