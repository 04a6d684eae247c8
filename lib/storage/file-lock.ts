import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
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

/** How to wait for a lock. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, with the owner's process number, when somebody else has the lock. */
  readonly onWait?: ((ownerPid: number) => void) | undefined;
  /** Between two looks, at most; each pause is drawn from half of it on. */
  readonly pollMilliseconds?: number;
}

/**
 * Runs `work` while this process alone holds the lock file; other processes (and other calls in this one) wait.
 * A lock whose owner has died is taken over by exactly one of those who wait. The owner's life counts, never the lock's
 * age; an owner on another host can't be looked at and counts as alive.
 *
 * @throws the signal's reason when it is aborted while waiting
 */
export async function withFileLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { signal, onWait, pollMilliseconds = POLL_MILLISECONDS }: LockOptions = {},
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  const token = randomUUID();
  const claim = lockSidefile(path, token, 'claim');
  await writeFile(claim, JSON.stringify({ token, host: hostname(), ...thisProcess() } satisfies Holder));
  try {
    let told = false;
    while (!(await tryLink(claim, path))) {
      const holder = await readHolder(path);
      if (holder === undefined) continue;
      if (!isAlive(holder)) {
        if (await succeed(claim, path, holder)) break;
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
async function succeed(claim: string, path: string, dead: Holder): Promise<boolean> {
  const ancestors: string[] = [];
  let last: Holder = dead;
  for (;;) {
    const place = lockSidefile(path, last.token, 'heir');
    ancestors.push(place);
    if (await tryLink(claim, place)) break;
    const successor = await readHolder(place);
    // Another heir is at work, or has just finished.
    if (successor === undefined || isAlive(successor)) return false;
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
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    try {
      return holderSchema.parse(JSON.parse(text));
    } catch {
      const { ino, mtimeMs } = await stat(path);
      return { token: `cut-${ino}-${mtimeMs}`, host: hostname(), pid: 0, processStart: '' };
    }
  } catch (error) {
    if (isErrorOf(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** A process on another host can't be looked at. */
function isAlive(holder: Holder): boolean {
  return holder.host !== hostname() || isRunning(holder);
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
