import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

const POLL_MILLISECONDS = 50;

const holderSchema = z.object({
  /** Another one for each time that somebody takes the lock. */
  token: z.string(),
  host: z.string(),
  pid: z.int(),
  processStart: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** The holder that a file names, and when the file was written, milliseconds since 1970. */
interface FoundHolder extends Holder {
  readonly sinceMilliseconds: number;
}

/** How to wait for a lock. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, with the owner's process number, when somebody else has the lock. */
  readonly onWait?: ((ownerPid: number) => void) | undefined;
  /** Between two looks, at most; each pause is drawn from half of it on. */
  readonly pollMilliseconds?: number;
  /**
   * A lock of another host that is older than this is taken over: whether its owner lives can't be seen from here. It must
   * be far longer than the work takes. Never by default.
   */
  readonly leaseMilliseconds?: number | undefined;
}

/** Folders whose leftovers this process has removed. */
const sweptFolders = new Set<string>();

/**
 * Runs `work` while this process alone holds the lock file; other processes (and other calls in this one) wait.
 * A lock whose owner has died is taken over by exactly one of those who wait. On this host the owner's life counts, never
 * the lock's age; an owner on another host counts as alive until its lease is over.
 *
 * @throws the signal's reason when it is aborted while waiting
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { signal, onWait, pollMilliseconds = POLL_MILLISECONDS, leaseMilliseconds = Infinity }: LockOptions = {},
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  const token = randomUUID();
  await sweepOnce(dirname(path));
  const claim = lockSidefile(path, token, 'claim');
  const isGone = (holder: FoundHolder) => !isAlive(holder, leaseMilliseconds);
  try {
    // On a full disk the write fails, and leaves an empty file behind.
    await writeFile(claim, JSON.stringify({ token, host: hostname(), ...thisProcess() } satisfies Holder));
    let told = false;
    while (!(await tryLink(claim, path))) {
      const holder = await readHolder(path);
      if (holder === undefined) continue;
      if (isGone(holder)) {
        if (await succeed(claim, path, holder, isGone)) break;
      } else if (!told) {
        told = true;
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

/** Whether a file's name is one that locks leave beside what they guard. */
export function isLockFile(name: string): boolean {
  return /\.lock(\.[^/]+\.(claim|heir))?$/.test(name);
}

function lockSidefile(path: string, token: string, kind: 'claim' | 'heir'): string {
  return `${path}.${token}.${kind}`;
}

/** Hard-links `claim` to `path`: atomic, and the lock is never seen without its holder's name in it. */
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
 * Replaces a dead holder's lock by ours. Each holder has one heir: whoever links the name that is made of its token; an
 * heir that died in turn has one of its own. An heir may replace the lock only if the dead holder's token is still in
 * it, and since a token never comes back, who comes late can't evict the heir who has the lock by then.
 */
async function succeed(
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
    // Another heir is at work, or has just finished.
    if (successor === undefined || !isGone(successor)) return false;
    last = successor;
  }
  const mine = ancestors.at(-1) as string;
  if ((await readHolder(path))?.token !== dead.token) {
    await rm(mine, { force: true });
    return false;
  }
  // Two names of one file would make a rename do nothing, so the claim itself takes the lock's place.
  await rename(claim, path);
  for (const place of ancestors) await rm(place, { force: true });
  return true;
}

/** Who holds the lock; undefined when it was released. What can't be read was cut by a crash of the machine. */
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

/** Removes the claims of processes that were killed while they waited; once a folder and process. */
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
  if (ownIdentity === undefined) throw new Error('The system does not tell when this process started');
  return { pid: ownIdentity.pid, processStart: ownIdentity.processStart };
}

function isErrorOf(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
