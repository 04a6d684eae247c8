import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { ensureDefinitions, removeDefinitions } from '../../lib/results/athena/ensure-definitions.ts';
import { ResultsSetupError } from '../../lib/results/errors.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';
import { cannotHave, useService } from '../services/shared.ts';

async function newBucket() {
  const { endpoint } = await useService('cloud');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials });
  const bucket = `tables-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { client, location: { bucket, prefix: 'lake/' }, objects: new S3ObjectStore(client, bucket) };
}

const actions = (steps: readonly { readonly action: string }[]) => [
  ...new Set(steps.map(({ action }) => action)),
];

describe.skipIf(await cannotHave('cloud'))('table definitions in S3', () => {
  it('are written once, shown by a dry run that writes nothing, mended where they differ, and removed', async () => {
    const { client, location, objects } = await newBucket();
    const ensure = (isDryRun: boolean) => ensureDefinitions(client, location, 'tidemark', isDryRun);
    const planned = await ensure(true);
    expect(actions(planned)).toEqual(['created']);
    expect(await objects.list('')).toEqual([]);
    expect(await ensure(false)).toEqual(planned);
    expect(await objects.list('lake/athena/')).toHaveLength(planned.length);
    expect(actions(await ensure(false))).toEqual(['unchanged']);
    await objects.put('lake/athena/1-alert.sql', Buffer.from('SELECT 1'), { kind: 'none' });
    const mended = (await ensure(false)).filter(({ action }) => action !== 'unchanged');
    expect(mended).toMatchObject([{ action: 'changed', thing: expect.stringContaining('tidemark_alert') }]);
    await objects.put('lake/alert/date=2026-01-01/000000.ndjson', Buffer.from('{}\n'), { kind: 'none' });
    expect(await removeDefinitions(client, location, 'tidemark', true)).toHaveLength(planned.length);
    await removeDefinitions(client, location, 'tidemark', false);
    expect(await objects.list('')).toEqual(['lake/alert/date=2026-01-01/000000.ndjson']);
  });

  it('name the place where there is no such bucket', async () => {
    const { client } = await newBucket();
    const location = { bucket: 'nowhere-at-all', prefix: '' };
    const written = ensureDefinitions(client, location, 'tidemark', false);
    await expect(written).rejects.toThrow(ResultsSetupError);
    await expect(written).rejects.toThrow('s3://nowhere-at-all/athena/');
  });
});
