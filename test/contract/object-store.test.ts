import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { InvalidObjectKeyError, ObjectConflictError } from '../../lib/storage/errors.ts';
import { FilesystemObjectStore } from '../../lib/storage/filesystem-object-store.ts';
import type { ObjectStore, StoredObject, WriteCondition } from '../../lib/storage/object-store.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';
import { cannotHave, useService } from '../services/shared.ts';

const WRITERS = 20;
const ROUNDS = 10;
const ANY: WriteCondition = { kind: 'none' };
const ABSENT: WriteCondition = { kind: 'absent' };
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (stored: StoredObject | undefined) => stored && new TextDecoder().decode(stored.bytes);

interface UsedStore extends AsyncDisposable {
  readonly store: ObjectStore;
}

/** What every store of objects does; `open` gives an empty one. */
function behavesAsObjectStore(open: () => Promise<UsedStore>): void {
  it('gives back the bytes that were put, whatever they are', async () => {
    await using used = await open();
    const bodies = [
      new Uint8Array(),
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
      randomBytes(3_000_000),
    ];
    for (const [index, body] of bodies.entries()) {
      const etag = await used.store.put(`bytes/${index}`, body, ANY);
      const stored = await used.store.get(`bytes/${index}`);
      expect(Buffer.from(stored?.bytes ?? 'absent').equals(body)).toBe(true);
      expect(stored?.etag).toBe(etag);
    }
  });

  it('has nothing under a key that was never put, or is only the beginning of another', async () => {
    await using used = await open();
    await used.store.put('folder/object', bytesOf('x'), ANY);
    expect(await used.store.get('folder')).toBeUndefined();
    expect(await used.store.get('folder/obj')).toBeUndefined();
    expect(await used.store.get('elsewhere')).toBeUndefined();
  });

  it('keeps odd but plain keys apart', async () => {
    await using used = await open();
    const keys = [
      'a b',
      'a+b',
      'a%20b',
      'ä/ü',
      'x=1,y="2"',
      'Upper',
      'upper2',
      '..hidden',
      'a..b',
      '日本/語',
    ];
    for (const key of keys) await used.store.put(key, bytesOf(key), ANY);
    for (const key of keys) expect(textOf(await used.store.get(key))).toBe(key);
    expect(await used.store.list('')).toEqual(keys.toSorted());
  });

  it('lists the keys that begin with a prefix, sorted, and only objects', async () => {
    await using used = await open();
    expect(await used.store.list('')).toEqual([]);
    for (const key of ['state/shard-10', 'state/shard-1', 'state-of-old', 'models/a/1', 'models/a/2'])
      await used.store.put(key, bytesOf(key), ANY);
    expect(await used.store.list('state/')).toEqual(['state/shard-1', 'state/shard-10']);
    expect(await used.store.list('state')).toEqual(['state-of-old', 'state/shard-1', 'state/shard-10']);
    expect(await used.store.list('models/a/2')).toEqual(['models/a/2']);
    expect(await used.store.list('nothing')).toEqual([]);
  });

  it('deletes an object, and takes one that is not there for deleted', async () => {
    await using used = await open();
    await used.store.put('a', bytesOf('x'), ANY);
    await used.store.delete('a');
    expect(await used.store.get('a')).toBeUndefined();
    await used.store.delete('a');
    await used.store.delete('never/was');
    expect(await used.store.list('')).toEqual([]);
  });

  it('writes a new object only where there is none', async () => {
    await using used = await open();
    await used.store.put('a', bytesOf('first'), ABSENT);
    await expect(used.store.put('a', bytesOf('second'), ABSENT)).rejects.toThrow(ObjectConflictError);
    await used.store.delete('a');
    await used.store.put('a', bytesOf('third'), ABSENT);
    expect(textOf(await used.store.get('a'))).toBe('third');
  });

  it('replaces an object only if it is the one that was seen, and names the key when not', async () => {
    await using used = await open();
    const seen = await used.store.put('a', bytesOf('first'), ANY);
    const newer = await used.store.put('a', bytesOf('second'), { kind: 'unchanged-since', etag: seen });
    const late = used.store.put('a', bytesOf('late'), { kind: 'unchanged-since', etag: seen });
    await expect(late).rejects.toThrow(ObjectConflictError);
    await expect(late).rejects.toThrow('"a"');
    const stored = await used.store.get('a');
    expect(textOf(stored)).toBe('second');
    expect(stored?.etag).toBe(newer);
  });

  it('does not bring back an object that was deleted since it was seen', async () => {
    await using used = await open();
    const etag = await used.store.put('a', bytesOf('first'), ANY);
    await used.store.delete('a');
    await expect(used.store.put('a', bytesOf('again'), { kind: 'unchanged-since', etag })).rejects.toThrow(
      ObjectConflictError,
    );
    expect(await used.store.get('a')).toBeUndefined();
  });

  it(`lets exactly one of ${WRITERS} writers who saw the same object win, in each of ${ROUNDS} rounds`, async () => {
    await using used = await open();
    let condition: WriteCondition = ABSENT;
    for (let round = 0; round < ROUNDS; round += 1) {
      const bodies = Array.from({ length: WRITERS }, (_, writer) =>
        bytesOf(`round ${round} writer ${writer}`),
      );
      const attempts = await Promise.allSettled(bodies.map((body) => used.store.put('one', body, condition)));
      const won = attempts.flatMap((attempt, writer) => (attempt.status === 'fulfilled' ? [writer] : []));
      expect(won).toHaveLength(1);
      for (const attempt of attempts)
        if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(ObjectConflictError);
      const stored = await used.store.get('one');
      expect(textOf(stored)).toBe(`round ${round} writer ${won[0]}`);
      condition = { kind: 'unchanged-since', etag: stored!.etag };
    }
  });

  it('refuses keys that try to leave the store or have a second spelling', async () => {
    await using used = await open();
    const keys = [
      '',
      '/',
      '/etc/passwd',
      '..',
      '../x',
      'a/../../x',
      'a/../x',
      './x',
      'a//b',
      'a/',
      'a\\..\\x',
    ];
    for (const key of [...keys, 'a\0b', 'a\nb', 'x'.repeat(1025), '\ud800']) {
      await expect(used.store.put(key, bytesOf('x'), ANY), key).rejects.toThrow(InvalidObjectKeyError);
      await expect(used.store.get(key), key).rejects.toThrow(InvalidObjectKeyError);
      await expect(used.store.delete(key), key).rejects.toThrow(InvalidObjectKeyError);
    }
    expect(await used.store.list('')).toEqual([]);
  });

  it('says that it is up', async () => {
    await using used = await open();
    expect(await used.store.check()).toMatchObject({ service: used.store.name, isUp: true });
  });
}

describe('the filesystem object store', () => {
  behavesAsObjectStore(async () => {
    const root = await mkdtemp(join(tmpdir(), 'tidemark-objects-'));
    return {
      store: new FilesystemObjectStore(root),
      [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
    };
  });
});

describe.skipIf(await cannotHave('cloud'))('the S3 object store', () => {
  const clientOf = async () => {
    const { endpoint } = await useService('cloud');
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials });
  };

  behavesAsObjectStore(async () => {
    const client = await clientOf();
    const bucket = `objects-${randomUUID()}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return { store: new S3ObjectStore(client, bucket), [Symbol.asyncDispose]: async () => client.destroy() };
  });

  describe('below a prefix of a bucket that others use', () => {
    behavesAsObjectStore(async () => {
      const client = await clientOf();
      const bucket = `objects-${randomUUID()}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      const others = new S3ObjectStore(client, bucket);
      for (const key of ['a', 'state/shard-0.cbor', 'team-b/a'])
        await others.put(key, bytesOf('theirs'), ANY);
      const store = new S3ObjectStore(client, bucket, 'team-a/');
      return {
        store,
        async [Symbol.asyncDispose]() {
          const own = (await store.list('')).map((key) => `team-a/${key}`);
          expect(await others.list('')).toEqual([...own, 'a', 'state/shard-0.cbor', 'team-b/a'].toSorted());
          client.destroy();
        },
      };
    });
  });

  it('lists more keys than one answer holds', async () => {
    const client = await clientOf();
    const bucket = `objects-${randomUUID()}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const store = new S3ObjectStore(client, bucket);
    const keys = Array.from({ length: 1100 }, (_, index) => `k/${String(index).padStart(4, '0')}`);
    for (let start = 0; start < keys.length; start += 100)
      await Promise.all(keys.slice(start, start + 100).map((key) => store.put(key, bytesOf(key), ANY)));
    expect(await store.list('k/')).toEqual(keys);
    client.destroy();
  });

  it('has the older versions of an object, newest first, in a bucket that keeps them', async () => {
    const client = await clientOf();
    const bucket = `objects-${randomUUID()}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const store = new S3ObjectStore(client, bucket, 'team-a/');
    await store.put('state/a', bytesOf('unversioned'), ANY);
    expect(await store.olderVersions('state/a', 3)).toEqual([]);
    await client.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await store.put('state/ab', bytesOf('another'), ANY);
    for (const text of ['one', 'two', 'three']) await store.put('state/a', bytesOf(text), ANY);
    const older = (limit: number) => store.olderVersions('state/a', limit);
    expect((await older(2)).map((bytes) => new TextDecoder().decode(bytes))).toEqual(['two', 'one']);
    expect(await older(9)).toHaveLength(3);
    expect(await store.olderVersions('state/absent', 3)).toEqual([]);
    client.destroy();
  });

  it('is down, with the reason, when its bucket is not there', async () => {
    const store = new S3ObjectStore(await clientOf(), `absent-${randomUUID()}`);
    expect(await store.check()).toMatchObject({ service: 's3', isUp: false });
    const failed = store.put('a', bytesOf('x'), ABSENT);
    await expect(failed).rejects.toThrow(/bucket/i);
    await expect(failed).rejects.not.toThrow(ObjectConflictError);
  });
});
