import protobuf from 'protobufjs/minimal.js';
import { compress } from 'snappyjs';
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
 * The parts of Prometheus' remote.proto and types.proto that are written here, as the tag of each field (its number and
 * the type on the wire).
 *
 *     message WriteRequest { repeated TimeSeries timeseries = 1; }
 *     message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
 *     message Label { string name = 1; string value = 2; }
 *     message Sample { double value = 1; int64 timestamp = 2; }
 *
 * Source: Prometheus Remote-Write 1.0 specification, "Protocol".
 */
const TAG = {
  timeSeries: 10,
  label: 10,
  sample: 18,
  labelName: 10,
  labelValue: 18,
  sampleValue: 9,
  sampleMilliseconds: 16,
} as const;

/** A label set as the fields `labels` of a TimeSeries, in the order of their names, as the specification demands. */
export function encodedLabels(labels: Labels): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const name of Object.keys(labels).sort()) {
    writer.uint32(TAG.label).fork();
    writer.uint32(TAG.labelName).string(name);
    writer.uint32(TAG.labelValue).string(labels[name] ?? '');
    writer.ldelim();
  }
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
  const writer = protobuf.Writer.create();
  for (const { encoded, samples: own } of bySeries.values()) {
    const encodedOwn = encodedSamples(own);
    const series = Buffer.allocUnsafe(encoded.length + encodedOwn.length);
    series.set(encoded);
    series.set(encodedOwn, encoded.length);
    writer.uint32(TAG.timeSeries).bytes(series);
  }
  return compress(writer.finish());
}

function encodedSamples(samples: readonly RemoteSample[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const { timeSeconds, value } of samples) {
    writer.uint32(TAG.sample).fork();
    writer.uint32(TAG.sampleValue).double(value);
    writer.uint32(TAG.sampleMilliseconds).int64(Math.round(timeSeconds * 1000));
    writer.ldelim();
  }
  return writer.finish();
}
