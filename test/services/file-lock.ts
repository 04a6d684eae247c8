import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

const ownerSchema = z.object({ pid: z.int(), processStart: z.string() });

const POLL_MILLISECONDS = 100;
/** Taking over a dead owner's lock is a few file operations; a takeover mark older than this was left by a crash. */
const TAKEOVER_MILLISECONDS = 10_000;

/** How to wait for a lock. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, with the owner's process number, when somebody else has the lock. */
  readonly onWait?: ((ownerPid: number) => void) | undefined;
}

/** Who holds the lock; undefined when it was released (or can't be read) in the meantime. */
async function readOwner(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Hard-links `claim` to `path`: atomic, and the lock is never seen without its owner's name in it. */
async function tryLink(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Replaces a dead owner's lock by ours. Only one process at a time may try, or the second would evict the first. */
async function takeOver(claim: string, path: string): Promise<boolean> {
  const mark = `${path}.takeover`;
  if (!(await tryLink(claim, mark))) {
    const made = await stat(mark).catch(() => undefined);
    if (made && Date.now() - made.ctimeMs > TAKEOVER_MILLISECONDS) await rm(mark, { force: true });
    return false;
  }
  try {
    const owner = await readOwner(path);
    if (owner && isRunning(owner)) return false;
    await rename(mark, path);
    return true;
  } finally {
    await rm(mark, { force: true });
  }
}

/**
 * Runs `work` while this process alone holds the lock file; other processes (and other calls in this one) wait.
 * A lock whose owner has died is taken over.
 * @throws the signal's reason when it is aborted while waiting
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { signal, onWait }: LockOptions = {},
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  const claim = `${path}.${randomUUID()}`;
  await writeFile(claim, JSON.stringify(identify(process.pid)));
  try {
    let told = false;
    while (!(await tryLink(claim, path))) {
      const owner = await readOwner(path);
      if (owner && !isRunning(owner) && (await takeOver(claim, path))) break;
      if (owner && !told) {
        told = true;
        onWait?.(owner.pid);
      }
      await pause(POLL_MILLISECONDS, undefined, signal ? { signal } : {});
    }
  } finally {
    await rm(claim, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
