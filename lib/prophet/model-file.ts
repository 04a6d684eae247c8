import { crc32 } from 'node:zlib';
import { Decoder, Encoder } from 'cbor-x';
import { ModelFileError } from './errors.ts';
import { MODEL_VERSION, type ProphetModel } from './model.ts';
import { decodeProphet, encodeProphet, unknownVersion } from './model-record.ts';

/**
 * One model as a file of its own: "TDMP", version (4 bytes), length of the payload (4), CRC-32 of the payload (4), all
 * little-endian; then the record in CBOR.
 */
const MAGIC = 0x504d4454;
const HEADER_BYTES = 16;

/** A model takes about 1 KB; a larger file is refused before it is parsed. */
const MAXIMUM_BYTES = 64 * 1024;

const encoder = new Encoder({ useRecords: false, tagUint8Array: false });
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true });

/** @throws ModelFileError when the model exceeds the size of a file. */
export function writeModelFile(model: ProphetModel): Uint8Array {
  const payload = encoder.encode(encodeProphet(model));
  if (HEADER_BYTES + payload.length > MAXIMUM_BYTES) throw tooLarge(HEADER_BYTES + payload.length);
  const file = new Uint8Array(HEADER_BYTES + payload.length);
  const header = new DataView(file.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint32(4, MODEL_VERSION, true);
  header.setUint32(8, payload.length, true);
  header.setUint32(12, crc32(payload), true);
  file.set(payload, HEADER_BYTES);
  return file;
}

/** @throws ModelFileError with the reason: not a model, another version, truncated, damaged, too large. */
export function readModelFile(file: Uint8Array): ProphetModel {
  if (file.length > MAXIMUM_BYTES) throw tooLarge(file.length);
  const header = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER_BYTES || header.getUint32(0, true) !== MAGIC) {
    throw new ModelFileError(
      'not-a-model',
      'it does not begin like a model file. Name a file that Tidemark wrote.',
    );
  }
  const version = header.getUint32(4, true);
  if (version !== MODEL_VERSION) throw unknownVersion(version);
  const payload = file.subarray(HEADER_BYTES);
  const stated = header.getUint32(8, true);
  if (payload.length !== stated) {
    throw new ModelFileError(
      'truncated',
      `it has ${payload.length} of ${stated} bytes. Fetch or train it again.`,
    );
  }
  if (crc32(payload) !== header.getUint32(12, true)) {
    throw new ModelFileError(
      'checksum',
      'its checksum does not match: it is damaged. Fetch or train it again.',
    );
  }
  return decodeProphet(decoder.decode(payload));
}

function tooLarge(bytes: number): ModelFileError {
  return new ModelFileError(
    'too-large',
    `it has ${bytes} bytes, and a model may have at most ${MAXIMUM_BYTES}.`,
  );
}
