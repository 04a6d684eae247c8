import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from '../../lib/storage/make-folder.ts';

describe('a folder', () => {
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'tidemark-folder-'));
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  it('is made with those above it, and may be there already', async () => {
    const path = join(scratch, 'a', 'b', 'c');
    await makeFolder(path);
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it('may be made by several at once', async () => {
    const path = join(scratch, 'd', 'e');
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
    expect(existsSync(path)).toBe(true);
  });

  it('is an error where a file stands in its place or above it', async () => {
    writeFileSync(join(scratch, 'file'), '');
    await expect(makeFolder(join(scratch, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(scratch, 'file', 'f'))).rejects.toThrow('ENOTDIR');
  });

  it.skipIf(!existsSync('/proc/self'))(
    'is an error, at once, where the system has no room for folders',
    async () => {
      await expect(makeFolder('/proc/nowhere/results')).rejects.toThrow(/ENOENT.*\/proc\/nowhere/);
    },
  );
});
