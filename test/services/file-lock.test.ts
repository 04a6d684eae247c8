import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheRoot, makeCached } from './cache.ts';
import { withFileLock } from './file-lock.ts';
import { silentProgress } from './progress.ts';

const step = silentProgress.begin('', '');
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidemark-lock-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

describe('withFileLock', () => {
  it('lets one in at a time', async () => {
    const lock = join(directory, 'lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await Promise.resolve();
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 3 }, () => withFileLock(lock, work)));
    expect(most).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  it('takes over the lock of an owner that has died, even when its number lives on as a stranger', async () => {
    const lock = join(directory, 'lock');
    writeFileSync(lock, JSON.stringify({ pid: process.pid, processStart: 'an earlier boot/1' }));
    expect(await withFileLock(lock, async () => 'in')).toBe('in');
  });

  it('gives up when it is told to, and names whom it waits for', async () => {
    const lock = join(directory, 'lock');
    const waiting = new AbortController();
    let ownerPid = 0;
    await withFileLock(lock, async () => {
      const onWait = (pid: number) => {
        ownerPid = pid;
        waiting.abort();
      };
      const second = withFileLock(lock, async () => 'in', { signal: waiting.signal, onWait });
      await expect(second).rejects.toThrow(/abort/i);
    });
    expect(ownerPid).toBe(process.pid);
  });

  it('is free again after work that failed', async () => {
    const lock = join(directory, 'lock');
    await expect(withFileLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(existsSync(lock)).toBe(false);
  });
});

describe('makeCached', () => {
  beforeEach(() => vi.stubEnv('TIDEMARK_CACHE', directory));

  it('makes an entry once for all who want it at the same time', async () => {
    let made = 0;
    const make = async (making: string) => {
      made += 1;
      writeFileSync(join(making, 'tool'), 'content');
    };
    const entries = await Promise.all([1, 2, 3].map(() => makeCached('a/b', { step }, make)));
    expect(made).toBe(1);
    expect(new Set(entries)).toEqual(new Set([join(directory, 'a/b')]));
    expect(existsSync(join(directory, 'a/b/tool'))).toBe(true);
  });

  it('leaves nothing behind when making fails', async () => {
    await expect(makeCached('x', { step }, () => Promise.reject(new Error('no network')))).rejects.toThrow(
      'no network',
    );
    expect(existsSync(join(directory, 'x'))).toBe(false);
  });

  it('clears away what a maker left that was killed', async () => {
    const left = join(directory, 'x.making-1');
    writeFileSync(left, '');
    await makeCached('x', { step }, async () => {});
    expect(existsSync(left)).toBe(false);
  });
});

describe('cacheRoot', () => {
  it('follows TIDEMARK_CACHE, then XDG_CACHE_HOME', () => {
    expect(cacheRoot({ TIDEMARK_CACHE: '/t', XDG_CACHE_HOME: '/x' })).toBe('/t');
    expect(cacheRoot({ XDG_CACHE_HOME: '/x' })).toBe('/x/tidemark');
  });
});
