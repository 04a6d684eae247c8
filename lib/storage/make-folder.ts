import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, as far as they are absent. Node's own `mkdir` with `recursive` tries for ever where the system
 * refuses a folder as absent although the one above it is there, as in /proc.
 *
 * @throws the system's error for a folder that can't be made.
 */
export async function makeFolder(path: string): Promise<void> {
  const refused = await tryToMake(path);
  if (refused === undefined) return;
  const isAbsentAbove = 'code' in refused && refused.code === 'ENOENT' && dirname(path) !== path;
  if (!isAbsentAbove) throw refused;
  await makeFolder(dirname(path));
  const refusedAgain = await tryToMake(path);
  if (refusedAgain !== undefined) throw refusedAgain;
}

/** @returns the error; none for a folder that is there already, or that another process has made meanwhile. */
async function tryToMake(path: string): Promise<Error | undefined> {
  try {
    await mkdir(path);
    return undefined;
  } catch (error) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) return undefined;
    return error instanceof Error ? error : new Error(String(error));
  }
}
