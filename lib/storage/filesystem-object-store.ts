import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Connection } from '../connections/connection.ts';
import {
  InvalidObjectKeyError,
  ObjectConflictError,
  ObjectLockedError,
  UnwritableObjectError,
} from './errors.ts';
import { isLockFile, withFileLock } from './file-lock.ts';
import { makeFolder } from './make-folder.ts';
import { checkObjectKey } from './object-key.ts';
import type { ObjectStore, StoredObject, WriteCondition } from './object-store.ts';

/** A write holds the lock for milliseconds; after this long its holder hangs. */
const LOCK_TIMEOUT_MILLISECONDS = 30_000;
const LOCK_POLL_MILLISECONDS = 5;
/** A lock of another host that is so old belongs to a host that is gone, as a container that was replaced. */
const LOCK_LEASE_MILLISECONDS = 120_000;
const PARTIAL = '.partial';
const PREVIOUS = '.previous';

/**
 * Objects as files below one folder. A write goes to a temporary file, is synced and renamed, so that a
 * reader sees the old object or the new one; conditional writes of one key take turns with a lock file. What an object
 * was before its last write lies beside it.
 */
export class FilesystemObjectStore implements ObjectStore {
  readonly name = 'filesystem';
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async get(key: string): Promise<StoredObject | undefined> {
    try {
      const bytes = await readFile(this.#pathOf(key));
      return { bytes, etag: etagOf(bytes) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async put(key: string, bytes: Uint8Array, condition: WriteCondition): Promise<string> {
    const path = this.#pathOf(key);
    return locked(key, path, async () => {
      const current = condition.kind === 'none' ? undefined : await storedEtag(path);
      if (condition.kind === 'absent' && current !== undefined) throw new ObjectConflictError(key);
      if (condition.kind === 'unchanged-since' && current !== condition.etag)
        throw new ObjectConflictError(key);
      await keepPrevious(path);
      await writeAtomically(path, bytes);
      return etagOf(bytes);
    });
  }

  async list(prefix: string): Promise<string[]> {
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true }).catch(
      (error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      },
    );
    return entries
      .filter((entry) => entry.isFile() && !isStoreFile(entry.name))
      .map((entry) => relative(this.#root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((key) => key.startsWith(prefix))
      .sort();
  }

  async delete(key: string): Promise<void> {
    const path = this.#pathOf(key);
    if ((await this.get(key)) === undefined) return;
    // A running conditional write has seen the object, so it ends before the object is deleted.
    await locked(key, path, async () => {
      await rm(path, { force: true });
      await rm(path + PREVIOUS, { force: true });
    });
  }

  /** The one version before, where the object was written more than once. */
  async olderVersions(key: string, limit: number): Promise<Uint8Array[]> {
    if (limit < 1) return [];
    try {
      return [await readFile(this.#pathOf(key) + PREVIOUS)];
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async check(): Promise<Connection> {
    try {
      await makeFolder(this.#root);
      return { service: this.name, isUp: true, detail: this.#root };
    } catch (error) {
      return {
        service: this.name,
        isUp: false,
        detail: error instanceof Error ? error.message : String(error),
      };
    }
  }

  #pathOf(key: string): string {
    checkObjectKey(key);
    if (key.split('/').some(isStoreFile))
      throw new InvalidObjectKeyError(key, "its ending is reserved for the store's own files");
    return join(this.#root, key);
  }
}

/** Files beside the objects: locks, unfinished writes, and what objects were before. */
function isStoreFile(name: string): boolean {
  return isLockFile(name) || name.endsWith(PARTIAL) || name.endsWith(PREVIOUS);
}

/** Conditional writes of one key take turns. */
async function locked<Result>(key: string, path: string, work: () => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(LOCK_TIMEOUT_MILLISECONDS);
  let owner = 0;
  let isWorking = false;
  const lock = `${path}.lock`;
  try {
    return await withFileLock(
      lock,
      () => {
        isWorking = true;
        return work();
      },
      {
        signal,
        pollMilliseconds: LOCK_POLL_MILLISECONDS,
        leaseMilliseconds: LOCK_LEASE_MILLISECONDS,
        onWait: (pid) => (owner = pid),
      },
    );
  } catch (error) {
    if (isWorking || !signal.aborted) throw unwritable(path, error);
    throw new ObjectLockedError(key, lock, owner, { cause: error });
  }
}

/** What the system says of a file that can't be written, with the path and what to do; any other error as it is. */
function unwritable(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const advice = typeof code === 'string' ? ADVICE.get(code) : undefined;
  return advice === undefined ? error : new UnwritableObjectError(path, advice, { cause: error });
}

/** Best effort: an object must be writable where no second version of it fits. */
async function keepPrevious(path: string): Promise<void> {
  const previous = path + PREVIOUS;
  try {
    await rm(previous, { force: true });
    // A second name for the same bytes: the write puts a new file in the place of the first one.
    await link(path, previous);
  } catch (error) {
    // Some file systems have no links.
    if (!isMissing(error)) await copyFile(path, previous).catch(() => {});
  }
}

async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.${randomUUID()}${PARTIAL}`;
  try {
    const file = await open(partial, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function etagOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, ETAG_LENGTH);
}

/** The tag of a stored object, read in pieces: a large object need not fit in memory to be compared. */
async function storedEtag(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(chunk);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return hash.digest('hex').slice(0, ETAG_LENGTH);
}

/** By the system's code of the error. */
const ADVICE = new Map([
  ['ENOSPC', 'the disk is full: free some space'],
  ['EDQUOT', 'the quota is used up: free some space'],
  ['EROFS', 'the file system is read-only: choose another folder, or mount it for writing'],
  ['EACCES', 'permission is denied: let this user write there, or choose another folder'],
  ['EPERM', 'permission is denied: let this user write there, or choose another folder'],
  ['EEXIST', 'a file lies where a folder has to be: remove it, or choose another folder'],
  ['ENOTDIR', 'a file lies where a folder has to be: remove it, or choose another folder'],
  ['EIO', 'the disk reports a fault: check it, or choose another folder'],
]);
const ETAG_LENGTH = 32;
const READ_BYTES = 262_144;
const MISSING_CODES = new Set<unknown>(['ENOENT', 'ENOTDIR', 'EISDIR']);

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && MISSING_CODES.has(error.code);
}
