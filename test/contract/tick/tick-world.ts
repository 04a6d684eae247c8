import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import type { AlertChannel } from '../../../lib/alerts/alert-channel.ts';
import { watchedAlertChannel } from '../../../lib/alerts/watched-alert-channel.ts';
import type { ConnectionHealth } from '../../../lib/connections/connection-health.ts';
import { ConnectionWatch } from '../../../lib/connections/connection-watch.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import type { TickPorts } from '../../../lib/pipeline/tick/collect-and-detect.ts';
import { decodeShardHealth } from '../../../lib/pipeline/tick/shard-health-file.ts';
import { ShardHealthStore } from '../../../lib/pipeline/tick/shard-health-store.ts';
import { ShardStateStore } from '../../../lib/pipeline/tick/shard-state-store.ts';
import type { Tick } from '../../../lib/pipeline/tick/tick.ts';
import { noBaselines } from '../../../lib/pipeline/watch/baselines.ts';
import { decodeShardState, encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import type { WatchedMetric } from '../../../lib/pipeline/watch/watched-metric.ts';
import { InfluxDbResultStore } from '../../../lib/results/influxdb/influxdb-result-store.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import { watchedResultStore } from '../../../lib/results/watched-result-store.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { PrometheusSource } from '../../../lib/sources/prometheus/prometheus-source.ts';
import { watchedSource } from '../../../lib/sources/watched-source.ts';
import { S3ObjectStore } from '../../../lib/storage/s3-object-store.ts';
import { watchedObjectStore } from '../../../lib/storage/watched-object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import type { PastSeries } from '../../services/open-metrics.ts';

const STEP_SECONDS = 60;
/** A Tuesday in November 2023, on the minute: the first tick. */
const FIRST_TICK = 1_700_000_040;
const HISTORY_STEPS = 24 * 60;
const LAST_STEP = 320;
/** At these ticks a series appears that was away, and trouble begins. */
export const APPEARS_AT = 4;
export const TROUBLE_AT = 8;

export const tickTime = (count: number) => FIRST_TICK + count * STEP_SECONDS;

/** The servers of one scenario; what a child process is given. */
export interface TickWorld {
  readonly prometheusUrl: string;
  readonly influx: {
    readonly url: string;
    readonly token: string;
    readonly org: string;
    readonly bucket: string;
    /** Of one write; 5 s when left out. */
    readonly timeoutMilliseconds?: number;
  };
  readonly cloudUrl: string;
  readonly stateBucket: string;
  /** Each alert that is sent becomes a line here. */
  readonly alertsFile: string;
}

/** A day of history and some hours to come: a daily rhythm, noise, trouble on the first host, a host that is away for a while. */
export function* history(): Generator<PastSeries> {
  for (const [index, host] of ['a', 'b', 'c', 'd'].entries()) {
    const samples: [number, number][] = [];
    for (let step = -HISTORY_STEPS; step <= LAST_STEP; step += 1) {
      if (host === 'd' && step > -120 && step < APPEARS_AT) continue;
      const trouble = host === 'a' && step >= TROUBLE_AT && step < TROUBLE_AT + 3 ? 60 : 0;
      const rhythm = 10 * Math.sin((2 * Math.PI * step) / 1440);
      samples.push([tickTime(step), 40 + index + rhythm + normalAt(index, step + 5000) + trouble]);
    }
    yield { name: 'load', labels: { host }, samples };
  }
  const counts: [number, number][] = [];
  for (let step = -HISTORY_STEPS; step <= LAST_STEP; step += 1)
    counts.push([tickTime(step), Math.floor(Math.abs(5 * normalAt(9, step + 5000)))]);
  yield { name: 'queue', labels: { host: 'a' }, samples: counts };
}

const metricOf = (name: string): WatchedMetric => ({
  name,
  query: name,
  monitor: {
    detector: rarity,
    settings: { ...defaultDetectionSettings, quietSeconds: 300 },
    stepSeconds: STEP_SECONDS,
  },
  delaySeconds: 0,
  maximumCatchUpSeconds: 30 * STEP_SECONDS,
  maximumSeries: 100,
  warmUpSeconds: 12 * 3600,
  ttlSeconds: 7 * 86_400,
  alertOnMissing: true,
  lateCheckSeconds: 600,
});

const metrics: readonly WatchedMetric[] = ['load', 'queue'].map(metricOf);

export const tickAt = (timeSeconds: number): Tick => ({
  shard: 0,
  timeSeconds,
  metrics,
  queryConcurrency: 2,
});

export const s3 = (world: Pick<TickWorld, 'cloudUrl'>) =>
  new S3Client({
    endpoint: world.cloudUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
  });

const retries = { attempts: 2, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 5 };

/** Everything real but the clock of the ticks. */
export function tickPorts(world: TickWorld, more: Partial<TickPorts> = {}): TickPorts {
  const objects = new S3ObjectStore(s3(world), world.stateBucket);
  const watch = new ConnectionWatch();
  const channel: AlertChannel = {
    name: 'file',
    publish: async (alerts) => {
      for (const alert of alerts)
        appendFileSync(world.alertsFile, `${alert.id} ${alert.event.kind} ${alert.event.onsetSeconds}\n`);
    },
    check: async () => ({ service: 'file', isUp: true, detail: world.alertsFile }),
  };
  const source = new PrometheusSource({ url: world.prometheusUrl, timeoutMilliseconds: 1000, retries });
  const results = new InfluxDbResultStore({
    url: world.influx.url,
    organization: world.influx.org,
    bucket: world.influx.bucket,
    token: world.influx.token,
    batchLines: 5000,
    timeoutMilliseconds: world.influx.timeoutMilliseconds ?? 5000,
    retries,
  });
  return {
    source: watchedSource(source, watch.of('source', 'prometheus')),
    results: watchedResultStore(results, watch.of('results', 'influxdb')),
    spool: new ResultSpool(objects, { maximumBytes: 1e9, maximumAgeSeconds: 86_400 }),
    states: new ShardStateStore(watchedObjectStore(objects, watch.of('objects', 's3'))),
    baselines: noBaselines,
    alerts: [watchedAlertChannel(channel, watch.of('alerts', 'file'))],
    health: new ShardHealthStore(objects, watch, silentLogger),
    logger: silentLogger,
    elapsedMilliseconds: () => performance.now(),
    ...more,
  };
}

/** The stored health of the connections, by what they are for. */
export async function storedHealth(world: TickWorld): Promise<Record<string, ConnectionHealth>> {
  const stored = await new S3ObjectStore(s3(world), world.stateBucket).get('health/shard-0.json');
  const { connections } = decodeShardHealth(stored!.bytes);
  return Object.fromEntries(connections.map((connection) => [connection.role, connection]));
}

/** The digest of the stored memories: all bytes but for the count of saves, which reports how often it was tried. */
export async function stateDigest(world: TickWorld): Promise<string> {
  const stored = await new S3ObjectStore(s3(world), world.stateBucket).get('state/shard-0.cbor');
  const bytes = encodeShardState({ ...decodeShardState(stored!.bytes), sequence: 0 });
  return createHash('sha256').update(bytes).digest('hex');
}
