import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Location } from '../../lib/config/s3-location.ts';
import { ResultsUnavailableError } from '../../lib/results/errors.ts';
import { S3NdjsonResultStore } from '../../lib/results/s3-ndjson-result-store.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';
import { cannotHave, useService } from '../services/shared.ts';
import { answering } from './http-answers.ts';
import { behavesAsResultStore, type ReadRecord, type UsedStore } from './result-store-behaviour.ts';
import { alertRecord, START_SECONDS, tickRecord, verdictRecord } from './verdict-records.ts';

interface UsedBucket extends UsedStore {
  keys(): Promise<string[]>;
  /** Another writer of the same place, such as another shard. */
  besides(): S3NdjsonResultStore;
}

async function clientOf(): Promise<S3Client> {
  const { endpoint } = await useService('cloud');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials });
}

async function newBucket(): Promise<UsedBucket> {
  const client = await clientOf();
  const bucket = `results-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const location = s3Location(`s3://${bucket}/lake/tidemark`)!;
  const objects = new S3ObjectStore(client, bucket);
  const keys = () => objects.list('');
  return {
    store: new S3NdjsonResultStore(client, location),
    besides: () => new S3NdjsonResultStore(client, location),
    keys,
    async read(measurement) {
      const lines: ReadRecord[] = [];
      for (const key of await keys()) {
        expect(key).toMatch(/^lake\/tidemark\/[a-z_]+\/date=\d{4}-\d\d-\d\d\/\d{6}\.ndjson$/);
        const text = Buffer.from((await objects.get(key))!.bytes).toString();
        lines.push(...text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])));
      }
      return lines.filter((line) => line.measurement === measurement);
    },
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}

const hosts = (count: number, timeSeconds = START_SECONDS, value = 0.75) =>
  Array.from({ length: count }, (_, index) => verdictRecord({ host: `h-${index}` }, { timeSeconds, value }));

describe.skipIf(await cannotHave('cloud'))('the NDJSON result store in S3', () => {
  behavesAsResultStore(newBucket);

  it('puts one object a measurement and step', async () => {
    await using used = await newBucket();
    await used.store.write([
      ...hosts(50),
      ...hosts(50, START_SECONDS + 60),
      tickRecord({ seriesScored: 50 }),
    ]);
    expect(await used.keys()).toEqual([
      'lake/tidemark/tick/date=2023-11-14/221400.ndjson',
      'lake/tidemark/verdict/date=2023-11-14/221400.ndjson',
      'lake/tidemark/verdict/date=2023-11-14/221500.ndjson',
    ]);
  });

  it('keeps one of what is written twice, in the same batch or in others', async () => {
    await using used = await newBucket();
    const alerts = [alertRecord({ host: 'h-0' }), alertRecord({ host: 'h-0' }, { kind: 'resolved' })];
    await used.store.write([...hosts(3), ...alerts]);
    const before = await used.read('verdict');
    await used.store.write([...hosts(3), ...alerts]);
    // A catch-up writes the same steps together with later ones, and some metrics of a step may have come before others.
    await used.store.write([...hosts(2), ...hosts(3, START_SECONDS + 60), verdictRecord({}, {}, 'memory')]);
    const verdicts = await used.read('verdict');
    expect(verdicts).toHaveLength(3 + 3 + 1);
    expect(verdicts).toEqual(expect.arrayContaining([...before]));
    expect(await used.read('alert')).toHaveLength(2);
  });

  it('takes what was judged last of a verdict that is written again', async () => {
    await using used = await newBucket();
    await used.store.write(hosts(2));
    await used.store.write([verdictRecord({ host: 'h-0' }, { kind: 'normal', value: 3 })]);
    const verdicts = await used.read('verdict');
    expect(verdicts.map(({ kind, value }) => `${kind} ${value}`)).toEqual(['normal 3', 'anomaly 0.75']);
  });

  it('loses nothing when shards write the same step at the same time', async () => {
    await using used = await newBucket();
    const shards = [0, 1, 2, 3, 4].map((shard) =>
      used.besides().write(hosts(20).map((record) => ({ ...record, metric: `metric-${shard}` }))),
    );
    await Promise.all(shards);
    expect(await used.read('verdict')).toHaveLength(5 * 20);
  });

  it('is unavailable, and says why, where there is no such bucket', async () => {
    const store = new S3NdjsonResultStore(await clientOf(), { bucket: `absent-${randomUUID()}`, prefix: '' });
    const written = store.write(hosts(1));
    await expect(written).rejects.toThrow(ResultsUnavailableError);
    await expect(written).rejects.toThrow(/s3:\/\/absent-.*bucket/i);
    expect(await store.check()).toMatchObject({ isUp: false });
  });
});

describe('an S3 that never answers', () => {
  it('is given up when the time of the invocation is over', async () => {
    await using server = await answering([{ hangs: true }]);
    const client = new S3Client({
      endpoint: server.url,
      forcePathStyle: true,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await using store = new S3NdjsonResultStore(client, s3Location('s3://results/lake')!, () => 200);
    await expect(store.write(hosts(1))).rejects.toThrow(ResultsUnavailableError);
  });
});
