import { createHash } from 'node:crypto';
import { Encoder } from 'cbor-x';
import type { Alert } from '../alerts/alert-channel.ts';
import { detectorNamed } from '../detector/registry.ts';
import { decodeSeries, encodeSeries } from '../detector/series-codec.ts';
import { UnreadableStateError } from '../models/errors.ts';
import type { Labels } from '../series/labels.ts';
import type { MetricMemory, SeriesMemory, ShardState } from './shard-state.ts';

/** Raised with every change of the layout; a reader refuses what it does not know. */
const SCHEMA_VERSION = 1;
const CHECKSUM_BYTES = 16;

interface StoredSeries {
  readonly labels: Labels;
  readonly lastSeenSeconds: number;
  readonly state: unknown;
}
interface StoredMetric {
  readonly name: string;
  readonly detector: string;
  readonly stepSeconds: number;
  readonly watermarkSeconds: number;
  readonly series: readonly [string, StoredSeries][];
}
interface StoredShard {
  readonly schemaVersion: number;
  readonly sequence: number;
  readonly metrics: readonly StoredMetric[];
  readonly outbox: readonly Alert[];
}

const cbor = new Encoder({
  useRecords: true,
  mapsAsObjects: true,
  tagUint8Array: true,
  structuredClone: false,
});

/** The state as bytes: a truncated SHA-256 of the rest, then CBOR. */
export function encodeShardState(state: ShardState): Uint8Array {
  const stored: StoredShard = {
    schemaVersion: SCHEMA_VERSION,
    sequence: state.sequence,
    metrics: [...state.metrics].map(([name, memory]) => storedMetric(name, memory)),
    outbox: state.outbox,
  };
  const body = cbor.encode(stored);
  return Buffer.concat([checksumOf(body), body]);
}

/**
 * The state back from its bytes.
 *
 * @throws UnreadableStateError when the bytes are cut or changed, or of a version that this program does not know.
 */
export function decodeShardState(bytes: Uint8Array): ShardState {
  const body = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length <= CHECKSUM_BYTES || !checksumOf(body).equals(bytes.subarray(0, CHECKSUM_BYTES))) {
    throw new UnreadableStateError(
      'The checksum does not match: the object is cut or was changed by something else',
    );
  }
  const stored = cbor.decode(body) as StoredShard;
  if (stored.schemaVersion !== SCHEMA_VERSION) {
    throw new UnreadableStateError(
      `The state has version ${stored.schemaVersion}, this program reads ${SCHEMA_VERSION}: a newer Tidemark wrote it`,
    );
  }
  return {
    sequence: stored.sequence,
    metrics: new Map(stored.metrics.map((metric) => [metric.name, readMetric(metric)])),
    outbox: [...stored.outbox],
  };
}

function storedMetric(name: string, memory: MetricMemory): StoredMetric {
  const detector = detectorNamed(memory.detector);
  return {
    name,
    detector: memory.detector,
    stepSeconds: memory.stepSeconds,
    watermarkSeconds: memory.watermarkSeconds,
    series: [...memory.series].map(([key, series]) => [
      key,
      {
        labels: series.labels,
        lastSeenSeconds: series.lastSeenSeconds,
        state: encodeSeries(detector, series.state),
      },
    ]),
  };
}

function readMetric(stored: StoredMetric): MetricMemory {
  const detector = detectorNamed(stored.detector);
  const readSeries = (series: StoredSeries): SeriesMemory => ({
    labels: series.labels,
    lastSeenSeconds: series.lastSeenSeconds,
    state: decodeSeries(detector, series.state),
  });
  return {
    detector: stored.detector,
    stepSeconds: stored.stepSeconds,
    watermarkSeconds: stored.watermarkSeconds,
    series: new Map(stored.series.map(([key, series]) => [key, readSeries(series)])),
  };
}

function checksumOf(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, CHECKSUM_BYTES);
}
