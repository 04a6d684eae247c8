import { type FileHandle, open } from 'node:fs/promises';
import { ResultsUnavailableError } from './errors.ts';
import { resultFiles } from './rotate-results.ts';

/** Records are written when they happen; a clock may be set by less than this. */
const SLACK_SECONDS = 86_400;

/**
 * The lines of the result files, oldest file first. A file that gets a new name meanwhile is read once.
 *
 * @param path of the file that is written to; older files are beside it.
 * @param startSeconds Unix seconds; files that were last written to a day or more before it are not read.
 * @throws ResultsUnavailableError when a file can't be read; none at all is no error.
 */
export async function* ndjsonFileLines(path: string, startSeconds: number): AsyncGenerator<string> {
  const read = new Set<string>();
  try {
    for (;;) {
      let isAnyNew = false;
      for (const file of await resultFiles(path)) {
        if (file.writtenMilliseconds / 1000 < startSeconds - SLACK_SECONDS) continue;
        await using handle = await openIfThere(file.path);
        if (handle === undefined) continue;
        // The number of a file that was removed may be given to a new one.
        const { ino, birthtimeMs } = await handle.stat();
        const identity = `${ino} ${birthtimeMs}`;
        if (read.has(identity)) continue;
        read.add(identity);
        isAnyNew = true;
        yield* handle.readLines({ autoClose: false });
      }
      // What was written under the old name of a file that was rotated meanwhile has a name of its own now.
      if (!isAnyNew) return;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ResultsUnavailableError(`The results can't be read from ${path}: ${reason}`, { cause: error });
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
