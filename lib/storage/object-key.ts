import { InvalidObjectKeyError } from './errors.ts';

/** S3's own bound, in bytes of UTF-8. */
const LONGEST_KEY_BYTES = 1024;

/**
 * Refuses what is not the one plain spelling of a path below the store, in every store alike: an object that is written
 * to S3 can be copied to a disk under its own name, and no key leads out of the store.
 *
 * @throws InvalidObjectKeyError
 */
export function checkObjectKey(key: string): void {
  const isPlain = key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isPlain) throw new InvalidObjectKeyError(key, 'it is no plain path below the store');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (/[\u0000-\u001f\u007f\\]/.test(key))
    throw new InvalidObjectKeyError(key, 'it has a backslash or a control character');
  if (!key.isWellFormed() || Buffer.byteLength(key) > LONGEST_KEY_BYTES)
    throw new InvalidObjectKeyError(key, `it is no well-formed text of at most ${LONGEST_KEY_BYTES} bytes`);
}
