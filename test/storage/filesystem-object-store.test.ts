import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidObjectKeyError } from '../../lib/storage/errors.ts';
import { FilesystemObjectStore } from '../../lib/storage/filesystem-object-store.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidemark-objects-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const old = new TextEncoder().encode('old');
const fresh = new TextEncoder().encode('new');
const textOf = async (store: FilesystemObjectStore, key: string) =>
  Buffer.from((await store.get(key))?.bytes ?? []).toString();

/** Another process that writes the object and is killed after its temporary file is whole and before it is renamed. */
async function crashBeforeRename(etag: string): Promise<void> {
  const store = pathToFileURL(join(import.meta.dirname, '../../lib/storage/filesystem-object-store.ts')).href;
  const script = `import { syncBuiltinESMExports } from 'node:module';
    import promises from 'node:fs/promises';
    promises.rename = () => process.kill(process.pid, 'SIGKILL');
    syncBuiltinESMExports();
    const { FilesystemObjectStore } = await import(${JSON.stringify(store)});
    await new FilesystemObjectStore(${JSON.stringify(root)})
      .put('state/shard-0', new TextEncoder().encode('half-way'), { kind: 'unchanged-since', etag: '${etag}' });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}

describe('FilesystemObjectStore', () => {
  it('keeps the old object when a writer dies between temporary file and rename, and the next writer goes on', async () => {
    const store = new FilesystemObjectStore(root);
    const etag = await store.put('state/shard-0', old, { kind: 'none' });
    await crashBeforeRename(etag);
    const left = readdirSync(join(root, 'state'));
    expect(left.filter((name) => name.endsWith('.partial'))).toHaveLength(1);
    expect(left).toContain('shard-0.lock');
    expect(await textOf(store, 'state/shard-0')).toBe('old');
    expect(await store.list('')).toEqual(['state/shard-0']);
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, () => store.put('state/shard-0', fresh, { kind: 'unchanged-since', etag })),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await textOf(store, 'state/shard-0')).toBe('new');
    expect(readdirSync(join(root, 'state'))).not.toContain('shard-0.lock');
  });

  it('keeps what an object was before its last write, out of the way of keys', async () => {
    const store = new FilesystemObjectStore(root);
    await store.put('state/shard-0', old, { kind: 'absent' });
    expect(await store.olderVersions('state/shard-0', 3)).toEqual([]);
    await store.put('state/shard-0', fresh, { kind: 'none' });
    const texts = async (limit: number) =>
      (await store.olderVersions('state/shard-0', limit)).map((bytes) => Buffer.from(bytes).toString());
    expect(await texts(3)).toEqual(['old']);
    expect(await texts(0)).toEqual([]);
    await store.put('state/shard-0', old, { kind: 'none' });
    expect(await texts(3)).toEqual(['new']);
    expect(await store.list('')).toEqual(['state/shard-0']);
    await expect(store.get('state/shard-0.previous')).rejects.toThrow(InvalidObjectKeyError);
    await store.delete('state/shard-0');
    expect(readdirSync(join(root, 'state'))).toEqual([]);
  });

  it('keeps it also when the object is then cut on the disk', async () => {
    const store = new FilesystemObjectStore(root);
    await store.put('state/shard-0', old, { kind: 'absent' });
    await store.put('state/shard-0', fresh, { kind: 'none' });
    truncateSync(join(root, 'state/shard-0'), 1);
    expect(Buffer.from((await store.olderVersions('state/shard-0', 1))[0]!).toString()).toBe('old');
  });

  it('shows a reader the old object or the new one, never a part', async () => {
    const store = new FilesystemObjectStore(root);
    const bodies = ['a', 'b'].map((letter) => Buffer.alloc(1_000_000, letter));
    await store.put('big', bodies[0]!, { kind: 'none' });
    let isWriting = true;
    const writing = (async () => {
      for (let round = 0; round < 10; round += 1)
        await store.put('big', bodies[round % 2]!, { kind: 'none' });
      isWriting = false;
    })();
    let reads = 0;
    while (isWriting) {
      const bytes = Buffer.from((await store.get('big'))!.bytes);
      expect(bodies.some((body) => body.equals(bytes))).toBe(true);
      reads += 1;
    }
    await writing;
    expect(reads).toBeGreaterThan(0);
  });

  it('has no objects that are named like its own files', async () => {
    const store = new FilesystemObjectStore(root);
    for (const key of ['a.lock', 'a.partial', 'a.lock.x.heir', 'folder.lock/a'])
      await expect(store.put(key, fresh, { kind: 'none' }), key).rejects.toThrow(InvalidObjectKeyError);
    await store.put('a.locked', fresh, { kind: 'none' });
    expect(await store.list('')).toEqual(['a.locked']);
  });

  it('is down, with the reason, when its folder can not be made', async () => {
    writeFileSync(join(root, 'file'), '');
    const store = new FilesystemObjectStore(join(root, 'file', 'folder'));
    expect(await store.check()).toMatchObject({
      isUp: false,
      detail: expect.stringMatching(/ENOTDIR|EEXIST/),
    });
  });
});
