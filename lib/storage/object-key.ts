import { InvalidObjectKeyError } from './errors.ts';

/** The limit of S3, in bytes of UTF-8. */
const LONGEST_KEY_BYTES = 1024;

/**
 * Refuses all but the one canonical spelling of a path below the store, in every store: objects can be copied
 * between S3 and a disk under the same key, and no key points outside the store.
 *
 * @throws InvalidObjectKeyError
 */
export function checkObjectKey(key: string): void {
  const isPlain = key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isPlain) throw new InvalidObjectKeyError(key, 'it is not a plain path below the store');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the check is for control characters.
  if (/[\u0000-\u001f\u007f\\]/.test(key))
    throw new InvalidObjectKeyError(key, 'it has a backslash or a control character');
  if (!key.isWellFormed() || Buffer.byteLength(key) > LONGEST_KEY_BYTES)
    throw new InvalidObjectKeyError(key, `it is not well-formed text of at most ${LONGEST_KEY_BYTES} bytes`);
}
