import { readFileSync, statSync } from 'node:fs';

/** A configuration file is never larger. */
const maximumBytes = 1024 * 1024;

/** A text, or why it could not be read: the end of a sentence that begins with the file's name. */
export type TextReading =
  | { readonly text: string }
  | {
      readonly text: undefined;
      readonly isAbsent: boolean;
      readonly message: string;
      readonly suggestion: string;
      /** The place in the file; undefined for the file as a whole. */
      readonly place?: { readonly line: number; readonly column: number };
    };

function refused(message: string, suggestion: string, isAbsent = false): TextReading {
  return { text: undefined, isAbsent, message, suggestion };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** Reads a file as UTF-8. Never throws; errors are returned as text. */
export function readText(path: string): TextReading {
  let bytes: Buffer;
  try {
    const status = statSync(path);
    if (status.isDirectory())
      return refused('is a folder, not a file', 'name the file in it, such as config.yaml');
    if (status.size > maximumBytes) {
      const megabytes = (status.size / maximumBytes).toFixed(1);
      return refused(
        `is ${megabytes} MB; a configuration has at most 1 MB`,
        'check that this is the right file',
      );
    }
    bytes = readFileSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return refused('does not exist', 'check the path', true);
    if (code === 'EACCES') return refused('cannot be read: permission denied', `allow it: chmod u+r ${path}`);
    return refused(`cannot be read (${code})`, 'check the path and the disk');
  }
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return refused('is UTF-16, not UTF-8', 'save it as UTF-8');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\u0000')) return refused('holds binary data', 'check that this is the right file');
    return { text };
  } catch {
    const before = new TextDecoder('utf-8').decode(bytes).split('\uFFFD', 1)[0] ?? '';
    const place = { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
    const message = 'is not UTF-8: a character of another encoding is in it';
    return { text: undefined, isAbsent: false, message, suggestion: 'save the file as UTF-8', place };
  }
}
