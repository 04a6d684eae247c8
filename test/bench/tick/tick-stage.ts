import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpAnswer, HttpTransport } from '../../../lib/connections/http-transport.ts';
import { monitorSample, type SeriesMonitor, startSeries } from '../../../lib/detector/monitor-series.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { decodeSeries, encodeSeries } from '../../../lib/detector/series-codec.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import {
  emptyShardState,
  type SeriesMemory,
  type ShardState,
} from '../../../lib/pipeline/watch/shard-state.ts';
import { encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import type { WatchedMetric } from '../../../lib/pipeline/watch/watched-metric.ts';
import { LineProtocolEncoder } from '../../../lib/results/influxdb/line-protocol.ts';
import type { ResultStore } from '../../../lib/results/result-store.ts';
import { type Labels, seriesKey } from '../../../lib/series/labels.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { PrometheusSource } from '../../../lib/sources/prometheus/prometheus-source.ts';
import { FilesystemObjectStore } from '../../../lib/storage/filesystem-object-store.ts';

/** What the stage is like. */
export interface StageSettings {
  readonly seriesCount: number;
  readonly stepSeconds: number;
  /** The metrics are as many as this takes. */
  readonly seriesPerMetric: number;
  readonly queryConcurrency: number;
  /** Lines that go to the store together. */
  readonly batchLines: number;
}

/** As the built-in defaults are. */
export function defaultStage(seriesCount: number): StageSettings {
  return { seriesCount, stepSeconds: 60, seriesPerMetric: 1000, queryConcurrency: 4, batchLines: 5000 };
}

/** A minute in November 2023: the last one that the prepared states have learnt. */
const LEARNT_UNTIL = 1_700_006_400;
export const STATE_KEY = 'state/shard-0.cbor';
const LEARNT_POINTS = 3000;
const PROTOTYPES = 20;
const CHUNK_BYTES = 65_536;

const monitorAt = (stepSeconds: number): SeriesMonitor<unknown> => ({
  detector: rarity,
  settings: defaultDetectionSettings,
  stepSeconds,
});

/** The metrics that so many series are spread over: as many as the limits ask for. */
export function stageMetrics({ seriesCount, seriesPerMetric, stepSeconds }: StageSettings): WatchedMetric[] {
  const count = Math.ceil(seriesCount / seriesPerMetric);
  const monitor = monitorAt(stepSeconds);
  return Array.from({ length: count }, (_, index) => ({
    name: `metric_${index}`,
    query: `metric_${index}`,
    monitor,
    delaySeconds: 0,
    maximumCatchUpSeconds: 3600,
    maximumSeries: seriesPerMetric,
    warmUpSeconds: 14 * 86_400,
    ttlSeconds: 7 * 86_400,
    alertOnMissing: true,
    lateCheckSeconds: 600,
  }));
}

interface RecordedSeries {
  readonly metric: Labels;
}

/** The series of a recorded answer of a node_exporter, on as many hosts as it takes. */
async function labelSets(count: number): Promise<Labels[]> {
  const text = await readFile(join(import.meta.dirname, 'recorded-answer.json'), 'utf8');
  const recorded: readonly RecordedSeries[] = JSON.parse(text).data.result;
  return Array.from({ length: count }, (_, index) => {
    const { metric } = recorded[index % recorded.length] as RecordedSeries;
    return { ...metric, instance: `10.2.${Math.floor(index / recorded.length)}.4:9100` };
  });
}

const valueAt = (series: number, step: number) => 0.5 + 0.05 * normalAt(series % PROTOTYPES, step);

/** Writes the state of a shard that has watched its series for two days. */
export async function prepareStage(directory: string, settings: StageSettings): Promise<void> {
  const { seriesCount, stepSeconds } = settings;
  const monitor = monitorAt(stepSeconds);
  const prototypes = Array.from({ length: PROTOTYPES }, (_, series) => {
    const state = startSeries(monitor);
    for (let step = 1 - LEARNT_POINTS; step <= 0; step += 1) {
      const timeSeconds = LEARNT_UNTIL + step * stepSeconds;
      monitorSample(monitor, state, { timeSeconds, value: valueAt(series, step) }, undefined);
    }
    return state;
  });
  const state: ShardState = { ...emptyShardState(), sequence: 1 };
  const metrics = stageMetrics(settings);
  for (const { name } of metrics) {
    const labels = await labelSets(seriesCount / metrics.length);
    const copies = labels.map((_, index) => prototypes[index % PROTOTYPES]!);
    const states = decodeSeries(rarity, encodeSeries(rarity, copies as never));
    const keyed = labels.map((one, index): [string, SeriesMemory] => [
      seriesKey(one),
      {
        labels: one,
        state: states[index]!,
        lastSeenSeconds: LEARNT_UNTIL,
        samplesInBlock: 0,
        warmUp: undefined,
      },
    ]);
    state.metrics.set(name, {
      detector: rarity.name,
      stepSeconds,
      watermarkSeconds: LEARNT_UNTIL,
      series: new Map(keyed.sort(([one], [other]) => (one < other ? -1 : 1))),
      movingFrom: undefined,
      openIncidents: new Map(),
    });
  }
  await stageObjects(directory).put(STATE_KEY, encodeShardState(state), { kind: 'none' });
}

export const stageObjects = (directory: string) => new FilesystemObjectStore(join(directory, 'objects'));

/** A real source whose line is a recorded answer in memory; `at` chooses the minute, and is not to be timed. */
export async function stageSource(
  settings: StageSettings,
): Promise<{ readonly source: PrometheusSource; readonly at: (step: number) => number }> {
  const { seriesCount, stepSeconds } = settings;
  const metrics = stageMetrics(settings);
  const labels = (await labelSets(seriesCount / metrics.length)).map((one) => JSON.stringify(one));
  let chunks: readonly Uint8Array[] = [];
  const transport: Pick<HttpTransport, 'post'> = {
    post: async (): Promise<HttpAnswer> => ({
      status: 200,
      statusText: 'OK',
      header: (name) => (name === 'content-type' ? 'application/json' : undefined),
      body: streamed(chunks),
    }),
  };
  const at = (step: number): number => {
    const time = LEARNT_UNTIL + step * stepSeconds;
    const result = labels.map(
      (metric, series) => `{"metric":${metric},"values":[[${time},"${valueAt(series, step)}"]]}`,
    );
    const text = `{"status":"success","data":{"resultType":"matrix","result":[${result.join(',')}]}}`;
    const bytes = Buffer.from(text);
    chunks = Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, index) =>
      bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
    );
    return time;
  };
  const retries = { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 };
  const source = new PrometheusSource({
    url: 'http://127.0.0.1:9090',
    timeoutMilliseconds: 60_000,
    retries,
    transport,
  });
  return { source, at };
}

async function* streamed(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Line protocol in batches, as it goes to InfluxDB, into a file. */
export function stageResults(directory: string, { batchLines }: StageSettings): ResultStore {
  const encoder = new LineProtocolEncoder();
  return {
    name: 'line protocol',
    write: async (records) => {
      const lines = encoder.encode(records);
      for (let start = 0; start < lines.length; start += batchLines)
        await appendFile(join(directory, 'lines'), lines.slice(start, start + batchLines).join('\n'));
    },
    check: async () => ({ service: 'line protocol', isUp: true, detail: directory }),
    [Symbol.asyncDispose]: async () => {},
  };
}
