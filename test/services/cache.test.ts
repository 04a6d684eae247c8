import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheRoot, makeCached } from './cache.ts';
import { silentProgress } from './progress.ts';

const step = silentProgress.begin('', '');
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidemark-cache-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
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
