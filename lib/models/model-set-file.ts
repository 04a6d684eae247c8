import { Encoder } from 'cbor-x';
import { forecasterOf, isBaselineKind } from '../baseline/forecasters.ts';
import { type SealFault, seal, sealedBytes, unseal } from '../storage/sealed-file.ts';
import { UnreadableModelSetError } from './errors.ts';
import type { FittedModel, TrainedModels, TrainedSeries } from './model-set.ts';

/** All models of a metric in one sealed file of CBOR. */
const MAGIC = 'TDMS';
const FORMAT_VERSION = 1;

/** A series takes 1 to 2 KB, and a metric has at most 100,000 of them. */
const MAXIMUM_BYTES = 256 * 1024 * 1024;

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
 * @throws UnreadableModelSetError when they exceed the size of a file.
 */
export function encodeModelSet(models: TrainedModels): Uint8Array {
  const stored: StoredModels = { ...models, series: models.series.map(storedSeries) };
  const payload = cbor.encode(stored);
  const bytes = sealedBytes(payload.length);
  if (bytes > MAXIMUM_BYTES) throw tooLarge(bytes);
  return seal(MAGIC, FORMAT_VERSION, payload);
}

/**
 * @throws UnreadableModelSetError with the reason: not models, another version, truncated, damaged, too
 * large.
 */
export function decodeModelSet(file: Uint8Array): TrainedModels {
  if (file.length > MAXIMUM_BYTES) throw tooLarge(file.length);
  const payload = unseal(MAGIC, FORMAT_VERSION, file);
  if (!(payload instanceof Uint8Array)) throw unreadable(payload);
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
      `the model of ${series.key} is a "${String(fitted.kind)}", which this version of Tidemark does not know. Train again.`,
    );
  }
  try {
    return { ...series, fitted: { ...rest, model: forecasterOf(fitted.kind).decode(record) } };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UnreadableModelSetError('unknown-version', `${series.key}: ${detail}`, { cause: error });
  }
}

function unreadable({ fault, detail }: SealFault): UnreadableModelSetError {
  if (fault === 'foreign') return new UnreadableModelSetError('not-a-model-set', `${detail}.`);
  const remedy = fault === 'unknown-version' ? ', or run the version of Tidemark that wrote them' : '';
  return new UnreadableModelSetError(fault, `${detail}. Train again${remedy}.`);
}

function tooLarge(bytes: number): UnreadableModelSetError {
  return new UnreadableModelSetError(
    'too-large',
    `it has ${bytes} bytes, and a metric may have at most ${MAXIMUM_BYTES}. Aggregate in its query.`,
  );
}
