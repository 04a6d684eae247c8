import { createHash } from 'node:crypto';
import { Encoder } from 'cbor-x';
import type { Alert } from '../alerts/alert-channel.ts';
import { detectorNamed } from '../detector/registry.ts';
import { decodeSeries, encodeSeries } from '../detector/series-codec.ts';
import { UnreadableStateError } from '../models/errors.ts';
import { type Labels, seriesKey } from '../series/labels.ts';
import type { WaitingAlert } from './outbox.ts';
import type { MetricMemory, SeriesMemory, ShardState } from './shard-state.ts';

/** Raised with every change of the layout; a reader refuses what it does not know. */
const SCHEMA_VERSION = 2;
const CHECKSUM_BYTES = 16;

/** The series of a metric column by column, which costs a fraction of an object a series. */
interface StoredMetric {
  readonly name: string;
  readonly detector: string;
  readonly stepSeconds: number;
  readonly watermarkSeconds: number;
  readonly keys: readonly string[];
  readonly labels: readonly Labels[];
  readonly lastSeenSeconds: Float64Array;
  /** The versions of models that occur, and for each series the index of its own; -1 for none. */
  readonly modelVersions: readonly string[];
  readonly modelIndexes: Int32Array;
  readonly states: unknown;
  readonly openIncidents: readonly Alert[];
}
interface StoredShard {
  readonly schemaVersion: number;
  readonly sequence: number;
  readonly metrics: readonly StoredMetric[];
  readonly outbox: readonly WaitingAlert[];
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
  try {
    return readShard(cbor.decode(body));
  } catch (error) {
    if (error instanceof UnreadableStateError) throw error;
    // A state of a detector that this program does not have, or has otherwise.
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableStateError(`The state can't be read: ${reason}`, { cause: error });
  }
}

function readShard(stored: StoredShard): ShardState {
  const version = stored?.schemaVersion;
  if (version !== SCHEMA_VERSION) {
    const writer = version > SCHEMA_VERSION ? 'a newer Tidemark wrote it' : 'something else wrote it';
    throw new UnreadableStateError(
      `The state has version ${version}, this program reads ${SCHEMA_VERSION}: ${writer}`,
    );
  }
  return {
    sequence: stored.sequence,
    metrics: new Map(stored.metrics.map((metric) => [metric.name, readMetric(metric)])),
    outbox: [...stored.outbox],
  };
}

function storedMetric(name: string, memory: MetricMemory): StoredMetric {
  const series = [...memory.series.values()];
  const used = series.flatMap(({ modelVersion }) => (modelVersion === undefined ? [] : [modelVersion]));
  const modelVersions = [...new Set(used)];
  const indexes = new Map(modelVersions.map((version, index) => [version, index]));
  return {
    name,
    detector: memory.detector,
    stepSeconds: memory.stepSeconds,
    watermarkSeconds: memory.watermarkSeconds,
    keys: [...memory.series.keys()],
    labels: series.map(({ labels }) => labels),
    lastSeenSeconds: Float64Array.from(series, ({ lastSeenSeconds }) => lastSeenSeconds),
    modelVersions,
    modelIndexes: Int32Array.from(series, ({ modelVersion = '' }) => indexes.get(modelVersion) ?? -1),
    states: encodeSeries(
      detectorNamed(memory.detector),
      series.map(({ state }) => state),
    ),
    openIncidents: [...memory.openIncidents.values()],
  };
}

function readMetric(stored: StoredMetric): MetricMemory {
  const { detector, stepSeconds, watermarkSeconds, keys, labels, lastSeenSeconds } = stored;
  const { modelVersions, modelIndexes } = stored;
  const states = decodeSeries(detectorNamed(detector), stored.states);
  const series = new Map<string, SeriesMemory>();
  for (const [index, key] of keys.entries()) {
    const [label, lastSeen, state] = [labels[index], lastSeenSeconds[index], states[index]];
    if (label === undefined || lastSeen === undefined || state === undefined) {
      throw new UnreadableStateError(
        `The metric "${stored.name}" has ${keys.length} series, not all of them whole`,
      );
    }
    const modelVersion = modelVersions[modelIndexes[index] ?? -1];
    series.set(key, { labels: label, state, lastSeenSeconds: lastSeen, modelVersion });
  }
  const openIncidents = new Map(stored.openIncidents.map((alert) => [seriesKey(alert.labels), alert]));
  return { detector, stepSeconds, watermarkSeconds, series, openIncidents };
}

function checksumOf(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, CHECKSUM_BYTES);
}
