import { crc32 } from 'node:zlib';
import { Encoder } from 'cbor-x';
import { forecasterOf, isBaselineKind } from '../baseline/forecasters.ts';
import { UnreadableModelSetError } from './errors.ts';
import type { FittedModel, TrainedModels, TrainedSeries } from './model-set.ts';

/**
 * All models of a metric in one file: "TDMS", version (4 bytes), length of the payload (4), CRC-32 of the payload (4), all
 * little-endian; then CBOR.
 */
const MAGIC = 0x534d4454;
const FORMAT_VERSION = 1;
const HEADER_BYTES = 16;

/** A series weighs 1 to 2 KB, and a metric has at most 100,000 of them. */
const MOST_BYTES = 256 * 1024 * 1024;

interface StoredFitted extends Omit<FittedModel, 'model'> {
  readonly record: object;
}
interface StoredSeries extends Omit<TrainedSeries, 'fitted'> {
  readonly fitted: StoredFitted | undefined;
}
interface StoredModels extends Omit<TrainedModels, 'series'> {
  readonly series: readonly StoredSeries[];
}

const cbor = new Encoder({
  useRecords: true,
  mapsAsObjects: true,
  tagUint8Array: false,
  structuredClone: false,
});

/**
 * The models as bytes; equal models give equal bytes.
 *
 * @throws UnreadableModelSetError when they are more than a file may hold.
 */
export function encodeModelSet(models: TrainedModels): Uint8Array {
  const stored: StoredModels = { ...models, series: models.series.map(storedSeries) };
  const payload = cbor.encode(stored);
  if (HEADER_BYTES + payload.length > MOST_BYTES) throw tooLarge(HEADER_BYTES + payload.length);
  const file = new Uint8Array(HEADER_BYTES + payload.length);
  const header = new DataView(file.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint32(4, FORMAT_VERSION, true);
  header.setUint32(8, payload.length, true);
  header.setUint32(12, crc32(payload), true);
  file.set(payload, HEADER_BYTES);
  return file;
}

/** @throws UnreadableModelSetError that says why: not models, another version, truncated, damaged, too large. */
export function decodeModelSet(file: Uint8Array): TrainedModels {
  if (file.length > MOST_BYTES) throw tooLarge(file.length);
  const header = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER_BYTES || header.getUint32(0, true) !== MAGIC) {
    throw new UnreadableModelSetError('not-a-model-set', 'the object does not begin as models do.');
  }
  const version = header.getUint32(4, true);
  if (version !== FORMAT_VERSION) {
    throw new UnreadableModelSetError(
      'unknown-version',
      `they are of format ${version}, and this Tidemark reads ${FORMAT_VERSION}. Train anew, or run the Tidemark that wrote them.`,
    );
  }
  const payload = file.subarray(HEADER_BYTES);
  const stated = header.getUint32(8, true);
  if (payload.length !== stated) {
    throw new UnreadableModelSetError(
      'truncated',
      `there are ${payload.length} of ${stated} bytes. Train anew.`,
    );
  }
  if (crc32(payload) !== header.getUint32(12, true)) {
    throw new UnreadableModelSetError(
      'checksum',
      'the checksum does not match: they were damaged. Train anew.',
    );
  }
  const stored = cbor.decode(payload) as StoredModels;
  return { ...stored, series: stored.series.map(readSeries) };
}

function storedSeries({ fitted, ...series }: TrainedSeries): StoredSeries {
  if (fitted === undefined) return { ...series, fitted };
  const { model, ...rest } = fitted;
  return { ...series, fitted: { ...rest, record: forecasterOf(fitted.kind).encode(model) } };
}

function readSeries({ fitted, ...series }: StoredSeries): TrainedSeries {
  if (fitted === undefined) return { ...series, fitted };
  const { record, ...rest } = fitted;
  if (!isBaselineKind(fitted.kind)) {
    throw new UnreadableModelSetError(
      'unknown-version',
      `the model of ${series.key} is a "${String(fitted.kind)}", which this Tidemark does not know. Train anew.`,
    );
  }
  try {
    return { ...series, fitted: { ...rest, model: forecasterOf(fitted.kind).decode(record) } };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UnreadableModelSetError('unknown-version', `${series.key}: ${detail}`, { cause: error });
  }
}

function tooLarge(bytes: number): UnreadableModelSetError {
  return new UnreadableModelSetError(
    'too-large',
    `there are ${bytes} bytes, and a metric has at most ${MOST_BYTES}. Aggregate in its query.`,
  );
}
