import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Connection } from '../telemetry/connection.ts';
import { ObjectConflictError } from './errors.ts';
import type { ObjectStore, StoredObject, WriteCondition } from './object-store.ts';

/** A lock that is older than this was left by a process that died. */
const STALE_LOCK_MILLISECONDS = 10_000;
const LOCK_RETRY_MILLISECONDS = 5;

/**
 * Objects as files below one folder. A write goes to a temporary file, is synced and renamed, so that a reader sees the
 * old object or the new one; conditional writes of one key take turns by a lock file.
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
    await mkdir(dirname(path), { recursive: true });
    const unlock = await lock(`${path}.lock`);
    try {
      const current = condition.kind === 'none' ? undefined : await this.get(key);
      if (condition.kind === 'absent' && current !== undefined) throw new ObjectConflictError(key);
      if (condition.kind === 'unchanged-since' && current?.etag !== condition.etag)
        throw new ObjectConflictError(key);
      await writeAtomically(path, bytes);
      return etagOf(bytes);
    } finally {
      await unlock();
    }
  }

  async list(prefix: string): Promise<string[]> {
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true }).catch(
      (error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      },
    );
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock') && !entry.name.endsWith('.partial'))
      .map((entry) => relative(this.#root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((key) => key.startsWith(prefix))
      .sort();
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  async check(): Promise<Connection> {
    try {
      await mkdir(this.#root, { recursive: true });
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
    const path = join(this.#root, key);
    if (relative(this.#root, path).startsWith('..'))
      throw new RangeError(`The key "${key}" leads out of the store`);
    return path;
  }
}

async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  const file = await open(partial, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

/** Takes the lock by a hard link, which fails when the name exists; returns what gives it back. */
async function lock(path: string): Promise<() => Promise<void>> {
  const own = `${path}.${randomUUID()}.partial`;
  await (await open(own, 'w')).close();
  for (;;) {
    try {
      await link(own, path);
      await rm(own, { force: true });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const age = await stat(path).then(
        (found) => Date.now() - found.ctimeMs,
        () => 0,
      );
      if (age > STALE_LOCK_MILLISECONDS) await rm(path, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MILLISECONDS));
    }
  }
}

function etagOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
