import { crc32 } from 'node:zlib';

/**
 * A payload with its kind, format and checksum: four letters of magic, version (4 bytes), length of the
 * payload (4), CRC-32 of the payload (4), all little-endian; then the payload.
 */
const HEADER_BYTES = 16;

/** Why a file cannot be opened; `detail` is the message. */
export interface SealFault {
  readonly fault: 'foreign' | 'unknown-version' | 'truncated' | 'checksum';
  readonly detail: string;
}

/** The file size for a payload of this size. */
export function sealedBytes(payloadBytes: number): number {
  return HEADER_BYTES + payloadBytes;
}

/** @param magic four ASCII letters. */
export function seal(magic: string, version: number, payload: Uint8Array): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES + payload.length);
  const header = new DataView(file.buffer);
  header.setUint32(0, magicOf(magic), true);
  header.setUint32(4, version, true);
  header.setUint32(8, payload.length, true);
  header.setUint32(12, crc32(payload), true);
  file.set(payload, HEADER_BYTES);
  return file;
}

/** The payload of a sealed file, or its fault. */
export function unseal(magic: string, version: number, file: Uint8Array): Uint8Array | SealFault {
  const header = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER_BYTES || header.getUint32(0, true) !== magicOf(magic))
    return { fault: 'foreign', detail: `the object does not begin with ${magic}` };
  const written = header.getUint32(4, true);
  if (written !== version)
    return {
      fault: 'unknown-version',
      detail: `it has format ${written}, and this version of Tidemark reads ${version}`,
    };
  const payload = file.subarray(HEADER_BYTES);
  const stated = header.getUint32(8, true);
  if (payload.length !== stated)
    return { fault: 'truncated', detail: `it has ${payload.length} of ${stated} bytes` };
  if (crc32(payload) !== header.getUint32(12, true))
    return { fault: 'checksum', detail: 'the checksum does not match: it is damaged' };
  return payload;
}

function magicOf(letters: string): number {
  return [...letters].reduceRight((value, letter) => value * 256 + letter.charCodeAt(0), 0);
}
