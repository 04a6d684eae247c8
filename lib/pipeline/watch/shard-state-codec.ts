import { createHash } from 'node:crypto';
import { Encoder } from 'cbor-x';
import type { Alert } from '../../alerts/alert-channel.ts';
import { detectorNamed } from '../../detector/registry.ts';
import { decodeSeries, encodeSeries } from '../../detector/series-codec.ts';
import type { SpooledBatch } from '../../results/spool-bounds.ts';
import type { Labels } from '../../series/labels.ts';
import { UnreadableStateError } from './errors.ts';
import type { MetricMemory, SeriesMemory, ShardState, WarmUp } from './shard-state.ts';

/**
 * Incremented with every change of the layout. Each version also reads the previous one (see {@link upgraded}), so that an
 * upgrade loses no detector, open incident or notification; readers reject all other versions.
 */
const SCHEMA_VERSION = 4;
const CHECKSUM_BYTES = 16;
const SMALL_BYTES = 8192;

/** The series of a metric in columns, which is much smaller than one object per series. */
interface StoredMetric {
  readonly name: string;
  readonly detector: string;
  readonly stepSeconds: number;
  readonly watermarkSeconds: number;
  readonly keys: readonly string[];
  readonly labels: readonly Labels[];
  readonly lastSeenSeconds: Float64Array;
  /** The distinct model versions, and for each series the index of its version; -1 without a model. */
  readonly modelVersions: readonly string[];
  readonly modelIndexes: Int32Array;
  readonly samplesInBlock: Float64Array;
  readonly warming: readonly StoredWarmUp[];
  /** Series that use the model of the one that they replaced; none in states before it was known. */
  readonly heirs?: readonly StoredHeir[];
  readonly movingFrom: number | undefined;
  readonly states: unknown;
  /** As the columns of one series; without one in states before it was known. */
  readonly newcomer?: unknown;
  readonly openIncidents: readonly StoredAlert[];
}
/** The index of a series in warm-up. */
interface StoredWarmUp extends WarmUp {
  readonly index: number;
}
/** The index of a series, and the key of the one that it replaced. */
interface StoredHeir {
  readonly index: number;
  readonly modelKey: string;
}
/** An alert as stored: the layout has an older name for `summarizedIn`. */
type StoredAlert = Omit<Alert, 'summarizedIn'> & { readonly toldIn?: string };
/** A pending alert as stored: the layout has an older name for `deliveredTo`. */
interface StoredPendingAlert {
  readonly alert: StoredAlert;
  readonly toldTo: readonly string[];
}
interface StoredShard {
  readonly schemaVersion: number;
  readonly sequence: number;
  readonly metrics: readonly StoredMetric[];
  readonly outbox: readonly StoredPendingAlert[];
  readonly spool: readonly SpooledBatch[];
}
/** The layout of the version before: it had no spool. */
type StoredShard3 = Omit<StoredShard, 'spool'>;

/** A method of cbor-x 1.6 that its types lack. */
interface BufferedEncoder extends Encoder {
  /** Encodes into this buffer from its start until it is full. */
  useBuffer(target: Buffer): void;
}

const cbor = new Encoder({
  useRecords: true,
  mapsAsObjects: true,
  tagUint8Array: true,
  structuredClone: false,
}) as BufferedEncoder;

/**
 * Encodes the state: a truncated SHA-256 of the rest, then CBOR. Metrics, series and incidents are sorted by name, so that
 * equal states have equal bytes however they came about; only the sequence number counts the saves.
 *
 * @param spare buffer to reuse when the bytes fit; its content is overwritten.
 */
export function encodeShardState(state: ShardState, spare?: Buffer): Buffer {
  const stored: StoredShard = {
    schemaVersion: SCHEMA_VERSION,
    sequence: state.sequence,
    metrics: [...state.metrics].sort(byName).map(([name, memory]) => storedMetric(name, memory)),
    outbox: state.outbox.map(({ alert, deliveredTo }) => ({
      alert: storedAlert(alert),
      toldTo: deliveredTo,
    })),
    spool: state.spool,
  };
  const whole = spare ?? Buffer.allocUnsafeSlow(SMALL_BYTES);
  const body = encodeInto(stored, whole.subarray(CHECKSUM_BYTES));
  // Bytes that do not fit are in a buffer of the encoder.
  const isInPlace = body.buffer === whole.buffer;
  const bytes = isInPlace
    ? whole.subarray(0, CHECKSUM_BYTES + body.length)
    : Buffer.concat([Buffer.alloc(CHECKSUM_BYTES), body]);
  bytes.set(checksumOf(bytes.subarray(CHECKSUM_BYTES)));
  return bytes;
}

/** Avoids the encoder's default of growing from 8 KB by copying. */
function encodeInto(stored: StoredShard, target: Buffer): Buffer {
  try {
    cbor.useBuffer(target);
    return cbor.encode(stored);
  } finally {
    // All encoders of the process share one buffer and would continue after these bytes.
    cbor.useBuffer(Buffer.allocUnsafeSlow(SMALL_BYTES));
  }
}

/**
 * Decodes the state.
 *
 * @throws UnreadableStateError when the bytes are truncated, changed or of an unknown version.
 */
export function decodeShardState(bytes: Uint8Array): ShardState {
  const body = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length <= CHECKSUM_BYTES || !checksumOf(body).equals(bytes.subarray(0, CHECKSUM_BYTES))) {
    throw new UnreadableStateError(
      'The checksum does not match: the object is truncated or was changed by another program',
    );
  }
  try {
    return readShard(cbor.decode(body));
  } catch (error) {
    if (error instanceof UnreadableStateError) throw error;
    // The detector is unknown or its state has another layout.
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableStateError(`The state can't be read: ${reason}`, { cause: error });
  }
}

function readShard(stored: StoredShard | StoredShard3): ShardState {
  const { sequence, metrics, outbox, spool } = upgraded(stored);
  return {
    sequence,
    metrics: new Map(metrics.map((metric) => [metric.name, readMetric(metric)])),
    outbox: outbox.map(({ alert, toldTo }) => ({ alert: readAlert(alert), deliveredTo: toldTo })),
    spool: [...spool],
  };
}

/** The layout of today, of a state of today or of the version before. */
function upgraded(stored: StoredShard | StoredShard3): StoredShard {
  const version = stored?.schemaVersion;
  if (version === SCHEMA_VERSION) return stored as StoredShard;
  if (version === SCHEMA_VERSION - 1) return { ...stored, spool: [] };
  const writer =
    version > SCHEMA_VERSION ? 'a newer Tidemark wrote it' : 'an older Tidemark or something else wrote it';
  throw new UnreadableStateError(
    `The state has version ${version}, this program reads ${SCHEMA_VERSION - 1} and ${SCHEMA_VERSION}: ${writer}`,
  );
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
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
    samplesInBlock: Float64Array.from(series, ({ samplesInBlock }) => samplesInBlock),
    warming: series.flatMap(({ warmUp }, index) => (warmUp === undefined ? [] : [{ index, ...warmUp }])),
    heirs: series.flatMap(({ modelKey }, index) => (modelKey === undefined ? [] : [{ index, modelKey }])),
    movingFrom: memory.movingFrom,
    states: encodeSeries(
      detectorNamed(memory.detector),
      series.map(({ state }) => state),
    ),
    ...(memory.newcomer === undefined
      ? {}
      : { newcomer: encodeSeries(detectorNamed(memory.detector), [memory.newcomer]) }),
    openIncidents: [...memory.openIncidents].sort(byName).map(([, alert]) => storedAlert(alert)),
  };
}

function readMetric(stored: StoredMetric): MetricMemory {
  const { detector, stepSeconds, watermarkSeconds, keys, labels, movingFrom } = stored;
  const { modelVersions, modelIndexes } = stored;
  const states = decodeSeries(detectorNamed(detector), stored.states);
  const warming = new Map(
    stored.warming.map(({ index, replayedSeconds, liveSinceSeconds, failures }) => [
      index,
      { replayedSeconds, liveSinceSeconds, ...(failures === undefined ? {} : { failures }) },
    ]),
  );
  const heirs = new Map(stored.heirs?.map(({ index, modelKey }) => [index, modelKey]));
  const series = new Map<string, SeriesMemory>();
  for (const [index, key] of keys.entries()) {
    const [label, lastSeenSeconds, state] = [labels[index], stored.lastSeenSeconds[index], states[index]];
    const samplesInBlock = stored.samplesInBlock[index];
    if (
      label === undefined ||
      lastSeenSeconds === undefined ||
      state === undefined ||
      samplesInBlock === undefined
    ) {
      throw new UnreadableStateError(
        `Some of the ${keys.length} series of the metric "${stored.name}" are incomplete`,
      );
    }
    const modelVersion = modelVersions[modelIndexes[index] ?? -1];
    const warmUp = warming.get(index);
    const modelKey = heirs.get(index);
    const memory = { labels: label, state, lastSeenSeconds, samplesInBlock, warmUp, modelVersion };
    series.set(key, modelKey === undefined ? memory : { ...memory, modelKey });
  }
  const openIncidents = new Map(stored.openIncidents.map((alert) => [alert.incidentId, readAlert(alert)]));
  const [newcomer] =
    stored.newcomer === undefined ? [] : decodeSeries(detectorNamed(detector), stored.newcomer);
  return { detector, stepSeconds, watermarkSeconds, series, newcomer, movingFrom, openIncidents };
}

function storedAlert({ summarizedIn, ...alert }: Alert): StoredAlert {
  return summarizedIn === undefined ? alert : { ...alert, toldIn: summarizedIn };
}

function readAlert({ toldIn, ...alert }: StoredAlert): Alert {
  return toldIn === undefined ? alert : { ...alert, summarizedIn: toldIn };
}

function checksumOf(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, CHECKSUM_BYTES);
}
