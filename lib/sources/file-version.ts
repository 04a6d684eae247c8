import { stat } from 'node:fs/promises';
import { SourceUnavailableError } from './errors.ts';

/**
 * What tells one state of a file from the next.
 *
 * @throws SourceUnavailableError when it is not there.
 */
export async function fileVersion(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${ino}/${size}/${mtimeMs}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SourceUnavailableError(`${path} can't be read: ${reason}`, { cause: error });
  }
}
