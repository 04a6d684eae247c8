import { PbfWriter } from 'pbf';
// The half that writes, since the functions' bundles have a bound (lib/cdk/node-function.ts).
import { SnappyCompressor } from 'snappyjs/snappy_compressor.js';
import type { Labels } from '../../series/labels.ts';

/** One sample of one time series as Prometheus stores it. */
export interface RemoteSample {
  readonly series: RemoteSeries;
  /** Unix seconds. */
  readonly timeSeconds: number;
  /** Finite. */
  readonly value: number;
}

/** A time series' name and labels. */
export interface RemoteSeries {
  readonly labels: Labels;
  /** Differs from those of all other series. */
  readonly key: string;
  /** The labels as protobuf, which are most of a request's bytes and the same each time. */
  readonly encoded: Uint8Array;
}

/**
 * The parts of Prometheus' remote.proto and types.proto that are written here, as the number of each field.
 *
 *     message WriteRequest { repeated TimeSeries timeseries = 1; }
 *     message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
 *     message Label { string name = 1; string value = 2; }
 *     message Sample { double value = 1; int64 timestamp = 2; }
 *
 * Source: Prometheus Remote-Write 1.0 specification, "Protocol".
 */
const FIELD = {
  timeSeries: 1,
  labels: 1,
  samples: 2,
  labelName: 1,
  labelValue: 2,
  sampleValue: 1,
  sampleMilliseconds: 2,
} as const;

/** A label set as the fields `labels` of a TimeSeries, in the order of their names, as the specification demands. */
export function encodedLabels(labels: Labels): Uint8Array {
  const writer = new PbfWriter();
  for (const name of Object.keys(labels).sort())
    writer.writeMessage(FIELD.labels, writeLabel, [name, labels[name] ?? ''] as const);
  return writer.finish();
}

/**
 * The body of one request: protobuf, compressed with snappy in its block format.
 *
 * @param samples each series' in the order of their time.
 */
export function writeRequest(samples: readonly RemoteSample[]): Uint8Array {
  const bySeries = new Map<string, { readonly encoded: Uint8Array; readonly samples: RemoteSample[] }>();
  for (const sample of samples) {
    const { key, encoded } = sample.series;
    const own = bySeries.get(key);
    if (own === undefined) bySeries.set(key, { encoded, samples: [sample] });
    else own.samples.push(sample);
  }
  const writer = new PbfWriter();
  for (const { encoded, samples: own } of bySeries.values()) {
    const encodedOwn = encodedSamples(own);
    const series = Buffer.allocUnsafe(encoded.length + encodedOwn.length);
    series.set(encoded);
    series.set(encodedOwn, encoded.length);
    writer.writeBytesField(FIELD.timeSeries, series);
  }
  return compressed(writer.finish());
}

function encodedSamples(samples: readonly RemoteSample[]): Uint8Array {
  const writer = new PbfWriter();
  for (const sample of samples) writer.writeMessage(FIELD.samples, writeSample, sample);
  return writer.finish();
}

function writeLabel([name, value]: readonly [string, string], writer: PbfWriter): void {
  writer.writeStringField(FIELD.labelName, name);
  writer.writeStringField(FIELD.labelValue, value);
}

function writeSample({ timeSeconds, value }: RemoteSample, writer: PbfWriter): void {
  writer.writeDoubleField(FIELD.sampleValue, value);
  writer.writeVarintField(FIELD.sampleMilliseconds, Math.round(timeSeconds * 1000));
}

function compressed(bytes: Uint8Array): Uint8Array {
  const compressor = new SnappyCompressor(bytes);
  const output = new Uint8Array(compressor.maxCompressedLength());
  return output.subarray(0, compressor.compressToBuffer(output));
}
