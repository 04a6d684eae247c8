import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { makeFolder } from './make-folder.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

const POLL_MILLISECONDS = 50;

const holderSchema = z.object({
  /** Unique to each time that the lock is taken. */
  token: z.string(),
  host: z.string(),
  pid: z.int(),
  processStart: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** The holder named in a file, and when the file was written, milliseconds since 1970. */
interface FoundHolder extends Holder {
  readonly sinceMilliseconds: number;
}

/** How to wait for a lock. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once with the owner's process id when the lock is taken. */
  readonly onWait?: ((ownerPid: number) => void) | undefined;
  /** The longest pause between two checks; each pause is random, from half of it up. */
  readonly pollMilliseconds?: number;
  /**
   * A lock of another host that is older than this is taken over, since its owner cannot be checked from here. It must be
   * far longer than the work takes. Never by default.
   */
  readonly leaseMilliseconds?: number | undefined;
}

/** Folders whose leftovers this process has removed. */
const sweptFolders = new Set<string>();

/**
 * Runs `work` while this process alone holds the lock file; other processes (and other calls in this one) wait. When the
 * owner dies, exactly one waiter takes the lock over. On this host only whether the owner is alive counts, not the lock's
 * age; an owner on another host counts as alive until its lease ends.
 *
 * @throws the signal's reason when it is aborted while waiting
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { signal, onWait, pollMilliseconds = POLL_MILLISECONDS, leaseMilliseconds = Infinity }: LockOptions = {},
): Promise<Result> {
  await makeFolder(dirname(path));
  const token = randomUUID();
  await sweepOnce(dirname(path));
  const claim = lockSidefile(path, token, 'claim');
  const isGone = (holder: FoundHolder) => !isAlive(holder, leaseMilliseconds);
  try {
    // On a full disk the write fails, and leaves an empty file behind.
    await writeFile(claim, JSON.stringify({ token, host: hostname(), ...thisProcess() } satisfies Holder));
    let hasReported = false;
    while (!(await tryLink(claim, path))) {
      const holder = await readHolder(path);
      if (holder === undefined) continue;
      if (isGone(holder)) {
        if (await takeOver(claim, path, holder, isGone)) break;
      } else if (!hasReported) {
        hasReported = true;
        onWait?.(holder.pid);
      }
      const milliseconds = pollMilliseconds * (0.5 + Math.random() / 2);
      await pause(milliseconds, undefined, signal ? { signal } : {});
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

/** Whether a file belongs to a lock. */
export function isLockFile(name: string): boolean {
  return /\.lock(\.[^/]+\.(claim|heir))?$/.test(name);
}

function lockSidefile(path: string, token: string, kind: 'claim' | 'heir'): string {
  return `${path}.${token}.${kind}`;
}

/** Hard-links `claim` to `path`: atomic, so that a lock file always holds its owner's identity. */
async function tryLink(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if (isErrorOf(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Takes over a dead holder's lock. Exactly one waiter can: the one that links `<token>.heir` first; if it dies too, its own
 * token can be linked. It replaces the lock only while the dead holder's token is still in it. Tokens are never reused, so
 * a late waiter cannot remove the lock of the new holder.
 */
async function takeOver(
  claim: string,
  path: string,
  dead: FoundHolder,
  isGone: (holder: FoundHolder) => boolean,
): Promise<boolean> {
  const ancestors: string[] = [];
  let last = dead;
  for (;;) {
    const place = lockSidefile(path, last.token, 'heir');
    ancestors.push(place);
    if (await tryLink(claim, place)) break;
    const successor = await readHolder(place);
    // Another waiter is taking the lock over, or has just done so.
    if (successor === undefined || !isGone(successor)) return false;
    last = successor;
  }
  const mine = ancestors.at(-1) as string;
  if ((await readHolder(path))?.token !== dead.token) {
    await rm(mine, { force: true });
    return false;
  }
  // rename does nothing between two links to one file, so the claim itself replaces the lock.
  await rename(claim, path);
  for (const place of ancestors) await rm(place, { force: true });
  return true;
}

/** The holder of the lock; undefined when it was released. An unreadable file was truncated by a crash of the machine. */
async function readHolder(path: string): Promise<FoundHolder | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const { ino, mtimeMs: sinceMilliseconds } = await stat(path);
    try {
      return { ...holderSchema.parse(JSON.parse(text)), sinceMilliseconds };
    } catch {
      const token = `cut-${ino}-${sinceMilliseconds}`;
      return { token, host: hostname(), pid: 0, processStart: '', sinceMilliseconds };
    }
  } catch (error) {
    if (isErrorOf(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive(holder: FoundHolder, leaseMilliseconds: number): boolean {
  if (holder.host === hostname()) return isRunning(holder);
  return Date.now() - holder.sinceMilliseconds <= leaseMilliseconds;
}

/** Removes the claims of processes that were killed while waiting; once per folder and process. */
async function sweepOnce(folder: string): Promise<void> {
  if (sweptFolders.has(folder)) return;
  sweptFolders.add(folder);
  for (const name of await readdir(folder)) {
    if (!isLockFile(name) || !name.endsWith('.claim')) continue;
    const claim = join(folder, name);
    const owner = await readHolder(claim);
    if (owner !== undefined && owner.host === hostname() && !isRunning(owner))
      await rm(claim, { force: true });
  }
}

let ownIdentity: ProcessIdentity | undefined;

function thisProcess(): ProcessIdentity {
  ownIdentity ??= identify(process.pid);
  if (ownIdentity === undefined) throw new Error('The system does not report when this process started');
  return { pid: ownIdentity.pid, processStart: ownIdentity.processStart };
}

function isErrorOf(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
