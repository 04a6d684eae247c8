import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { withFileLock } from '../../lib/storage/file-lock.ts';
import type { Step } from './progress.ts';

/** What making a tool may use. */
export interface MakeContext {
  readonly step: Step;
  readonly signal?: AbortSignal | undefined;
}

/** Where downloaded and built tools are kept: `TIDEMARK_CACHE`, else `tidemark` in the user's cache directory. */
export function cacheRoot(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return (
    environment.TIDEMARK_CACHE || join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tidemark')
  );
}

/** The directory of a cache entry if it has been made already. */
export function cachedEntry(key: string): string | undefined {
  const directory = join(cacheRoot(), key);
  return existsSync(directory) ? directory : undefined;
}

/**
 * Returns the directory of a cache entry and has it made first if it isn't there: in a directory beside it that is
 * renamed when it is complete, so a half-made entry is never seen. Of several processes that want the same entry at
 * the same time one makes it and the others wait.
 * @param key path below the cache's root that names the content, version included
 * @param make fills the directory that it is given; whatever it throws leaves no entry behind
 */
export async function makeCached(
  key: string,
  { step, signal }: MakeContext,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const entry = join(cacheRoot(), key);
  if (existsSync(entry)) return entry;
  const onWait = (pid: number) => step.note(`waiting for process ${pid}, which makes the same`);
  return withFileLock(
    `${entry}.lock`,
    async () => {
      if (existsSync(entry)) return entry;
      const prefix = `${basename(entry)}.making-`;
      // We hold the lock, so any other half-made directory was left by a process that died.
      for (const name of await readdir(dirname(entry)))
        if (name.startsWith(prefix)) await rm(join(dirname(entry), name), { recursive: true, force: true });
      const making = join(dirname(entry), `${prefix}${process.pid}`);
      try {
        await mkdir(making, { recursive: true });
        await make(making);
        await rename(making, entry);
      } finally {
        await rm(making, { recursive: true, force: true });
      }
      return entry;
    },
    { signal, onWait },
  );
}
