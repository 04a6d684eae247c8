import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How large result files get. */
export interface RotationBounds {
  /** A file that has reached this gets a new name; bytes. */
  readonly fileBytes: number;
  /** What all files may have together; bytes. */
  readonly totalBytes: number;
}

/** A result file. */
export interface ResultFile {
  readonly path: string;
  /** Whether it is a file, and not a folder of that name. */
  readonly isRegular: boolean;
  readonly sizeBytes: number;
  /** When something was last written to it, Unix milliseconds. */
  readonly writtenMilliseconds: number;
}

/**
 * Gives the file that is written to a new name when it was last written to on another day (UTC) or is full, and removes
 * the oldest files that no longer fit the total. The new name holds the time of its last line and the process, so that two
 * processes that rotate at once never replace each other's files.
 *
 * @param path of the file that is written to, such as `results/verdicts.ndjson`.
 * @throws errors of the file system.
 */
export async function rotateResults(
  path: string,
  { fileBytes, totalBytes }: RotationBounds,
  nowMilliseconds: number,
): Promise<void> {
  const file = await fileAt(path);
  if (file?.isRegular !== true || file.sizeBytes === 0) return;
  const isFull = file.sizeBytes >= fileBytes;
  if (!isFull && dayOf(file.writtenMilliseconds) === dayOf(nowMilliseconds)) return;
  await withoutMissing(rename(path, await freeName(path, file.writtenMilliseconds)));
  const older = (await resultFiles(path)).filter((one) => one.path !== path);
  let bytes = older.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { path: oldest, sizeBytes } of older) {
    if (bytes <= totalBytes - fileBytes) return;
    await rm(oldest, { force: true });
    bytes -= sizeBytes;
  }
}

/**
 * The result files, oldest first; the one that is written to is the last.
 *
 * @param path of the file that is written to.
 */
export async function resultFiles(path: string): Promise<ResultFile[]> {
  const pattern = /^(.*)\.ndjson$/.exec(basename(path));
  const stem = `${pattern?.[1] ?? basename(path)}-`;
  const names = (await withoutMissing(readdir(dirname(path)))) ?? [];
  const rotated = names.filter((name) => name.startsWith(stem) && name.endsWith('.ndjson')).toSorted();
  const files = await Promise.all([...rotated.map((name) => join(dirname(path), name)), path].map(fileAt));
  return files.filter((file) => file !== undefined);
}

async function fileAt(path: string): Promise<ResultFile | undefined> {
  const found = await withoutMissing(stat(path));
  if (found === undefined) return undefined;
  return { path, isRegular: found.isFile(), sizeBytes: found.size, writtenMilliseconds: found.mtimeMs };
}

/** `verdicts-2026-11-28T071523.042-4711.ndjson` */
async function freeName(path: string, writtenMilliseconds: number): Promise<string> {
  const time = new Date(writtenMilliseconds).toISOString().slice(0, -1).replaceAll(':', '');
  const stem = path.replace(/\.ndjson$/, `-${time}-${process.pid}`);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `${stem}.ndjson` : `${stem}.${number}.ndjson`;
    if ((await fileAt(name)) === undefined) return name;
  }
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** @returns undefined where the file or folder is not there, as when another process has renamed it. */
async function withoutMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}
