import { openAlertChannels } from './alerts/open-alert-channels.ts';
import { type ComposedStay, composeStay } from './compose-stay.ts';
import { type SecretReader, secretReader } from './config/read-secret.ts';
import { readTls } from './config/read-tls.ts';
import { s3Location } from './config/s3-location.ts';
import type { Configuration, MetricConfiguration } from './config/schema.ts';
import { detectors } from './detector/registry.ts';
import { FilesystemObjectStore } from './models/filesystem-object-store.ts';
import { ModelStore } from './models/model-store.ts';
import type { ObjectStore } from './models/object-store.ts';
import { s3Client } from './models/s3-client.ts';
import { S3ObjectStore } from './models/s3-object-store.ts';
import { watchedObjectStore } from './models/watched-object-store.ts';
import { ChampionBaselines } from './pipeline/champion-baselines.ts';
import { collectAndDetect, type TickPorts, type TickSummary } from './pipeline/collect-and-detect.ts';
import { InvocationDeadline } from './pipeline/invocation-deadline.ts';
import { maintenanceWindows } from './pipeline/maintenance.ts';
import type { MonitoredMetric } from './pipeline/monitored-metric.ts';
import { ShardHealthStore } from './pipeline/shard-health-store.ts';
import { ShardStateStore } from './pipeline/shard-state-store.ts';
import { shardOf } from './pipeline/shards.ts';
import { WarmStates } from './pipeline/warm-states.ts';
import { InfluxDbResultStore } from './results/influxdb/influxdb-result-store.ts';
import { LogResultStore } from './results/log-result-store.ts';
import { NdjsonResultStore } from './results/ndjson-result-store.ts';
import type { ResultStore } from './results/result-store.ts';
import { S3NdjsonResultStore } from './results/s3-ndjson-result-store.ts';
import { watchedResultStore } from './results/watched-result-store.ts';
import { labelKeepingSource } from './sources/label-keeping-source.ts';
import { openSource } from './sources/open-source.ts';
import type { SeriesSource } from './sources/series-source.ts';
import { watchedSource } from './sources/watched-source.ts';
import type { CircuitBreaker } from './telemetry/circuit-breaker.ts';
import { CloudWatchMetrics } from './telemetry/cloudwatch-metrics.ts';
import { ConnectionWatch, type WatchedConnection, watchedRetries } from './telemetry/connection-watch.ts';
import type { Logger } from './telemetry/logger.ts';
import { type OperationalMetrics, silentMetrics } from './telemetry/operational-metrics.ts';
import { type RetryEnvironment, type RetryPolicy, realRetryEnvironment } from './telemetry/retry.ts';

/** What came too late is counted this often, and at least this many steps at once: a query each time. */
const LATE_CHECK_SECONDS = 600;
const LATE_CHECK_STEPS = 10;

/** What surrounds the program that is put together. */
export interface Surroundings {
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that the present invocation may still take; Infinity for a program that runs on. */
  readonly remainingMilliseconds: () => number;
  /** The bucket of a deployment, where the configuration names none. */
  readonly bucket?: string;
  /** Circuit breakers that outlive what is put together; new ones when left out. */
  readonly circuits?: Map<string, CircuitBreaker>;
}

/** Collect and detect, wired. */
export interface ComposedTick extends ComposedStay, AsyncDisposable {
  readonly ports: TickPorts;
  /** @param timeSeconds the time that the tick is for, Unix seconds. */
  collectAndDetect(shard: number, timeSeconds: number): Promise<TickSummary>;
}

/** Wires the tick as the configuration says; `replaced` puts other adapters in the place of the configured ones. */
export async function composeTick(
  configuration: Configuration,
  surroundings: Surroundings,
  replaced: Partial<TickPorts> = {},
): Promise<ComposedTick> {
  const elapsedMilliseconds = replaced.elapsedMilliseconds ?? (() => performance.now());
  const deadline = new InvocationDeadline(surroundings.remainingMilliseconds, elapsedMilliseconds);
  const { remainingMilliseconds } = deadline;
  const watch = replaced.health?.watch ?? new ConnectionWatch();
  // The states and models outlive this tick's deadline in a warm container, so their store is bound by the invocation alone.
  const objects = composeObjects(configuration, surroundings, watch);
  const bounded = { ...surroundings, remainingMilliseconds };
  const ports = await composePorts(configuration, bounded, { objects, watch }, replaced);
  watch.keepOnly([
    ['source', ports.source.name],
    ['results', ports.results.name],
    ['objects', objects.name],
    ...ports.alerts.map(({ name }) => ['alerts', name] as const),
  ]);
  const metrics = configuration.metrics.filter(({ enabled }) => enabled).map(monitoredMetric(configuration));
  const watched = new Set(metrics.map(({ name }) => name));
  const { schedule, limits, source } = configuration;
  const metricsOf = (shard: number) => metrics.filter(({ name }) => shardOf(name, schedule.shards) === shard);
  const tick = (shard: number, timeSeconds: number, more: Partial<TickPorts> = {}) =>
    collectAndDetect(
      { ...ports, ...more },
      {
        shard,
        timeSeconds,
        metrics: metricsOf(shard),
        watched,
        maximumSeries: limits.seriesPerShard,
        maximumAlerts: limits.alertsPerTick,
        warmUpSeries: limits.warmUpSeriesPerTick,
        pointsPerQuery: limits.pointsPerQuery,
        queryConcurrency: source.kind === 'prometheus' ? source.concurrency : 1,
      },
    );
  return {
    ports,
    collectAndDetect: (shard, timeSeconds) => tick(shard, timeSeconds),
    ...composeStay(schedule, { ...ports, deadline, metricsOf, tick }),
    [Symbol.asyncDispose]: async () => {
      await ports.results[Symbol.asyncDispose]();
    },
  };
}

async function composePorts(
  configuration: Configuration,
  surroundings: Surroundings,
  { objects, watch }: { readonly objects: ObjectStore; readonly watch: ConnectionWatch },
  replaced: Partial<TickPorts>,
): Promise<TickPorts> {
  const { logger, environment, remainingMilliseconds } = surroundings;
  const secrets = secretReader(environment);
  const source = replaced.source ?? (await composeSource(configuration, surroundings, secrets, watch));
  const results = replaced.results ?? (await composeResults(configuration, surroundings, secrets, watch));
  const watched = watchedObjectStore(objects, watch.of('objects', objects.name));
  return {
    source,
    results,
    states: replaced.states ?? new ShardStateStore(watched),
    baselines: replaced.baselines ?? new ChampionBaselines(new ModelStore(watched), logger),
    warmStates: replaced.warmStates ?? new WarmStates(watched, logger),
    alerts:
      replaced.alerts ??
      (await openAlertChannels(configuration, {
        logger,
        environment,
        retries: realRetryEnvironment(remainingMilliseconds),
        secrets,
        watch,
      })),
    logger,
    health: replaced.health ?? new ShardHealthStore(objects, watch, logger),
    metrics: replaced.metrics ?? composeMetrics(configuration, surroundings),
    elapsedMilliseconds: replaced.elapsedMilliseconds ?? (() => performance.now()),
    remainingMilliseconds: replaced.remainingMilliseconds ?? remainingMilliseconds,
    ...(replaced.afterPhase === undefined ? {} : { afterPhase: replaced.afterPhase }),
  };
}

/** The store of models and states. */
export function composeObjects(
  { models }: Configuration,
  { bucket, remainingMilliseconds }: Surroundings,
  watch?: ConnectionWatch,
): ObjectStore {
  if (bucket === undefined && models.kind === 'filesystem')
    return new FilesystemObjectStore(models.directory);
  const configured = models.kind === 's3' ? models : undefined;
  const name = bucket ?? configured?.bucket;
  if (name === undefined) throw new RangeError('models.bucket is not set: name the bucket of the deployment');
  // A deployment has a bucket of its own.
  const prefix = bucket === undefined ? configured?.prefix : '';
  const environment = retryEnvironment(remainingMilliseconds, watch?.of('objects', 's3'));
  return new S3ObjectStore(s3Client(), name, prefix, { environment });
}

/** CloudWatch for a function of a deployment; nothing for a program that a person runs. */
export function composeMetrics(
  { name, environment, telemetry }: Configuration,
  surroundings: Pick<Surroundings, 'environment'>,
): OperationalMetrics {
  if (surroundings.environment.AWS_LAMBDA_FUNCTION_NAME === undefined) return silentMetrics;
  return new CloudWatchMetrics({ namespace: telemetry.metricsNamespace, service: name, environment });
}

/** The configured source, for its history. */
export async function composeHistory(
  configuration: Configuration,
  surroundings: Surroundings,
): Promise<SeriesSource> {
  return composeSource(configuration, surroundings, secretReader(surroundings.environment));
}

async function composeSource(
  configuration: Configuration,
  { environment, remainingMilliseconds, circuits }: Surroundings,
  secrets: SecretReader,
  watch?: ConnectionWatch,
): Promise<SeriesSource> {
  const connection = watch?.of('source', configuration.source.kind);
  const opened = await openSource(configuration, {
    secrets,
    environment,
    retries: retryEnvironment(remainingMilliseconds, connection),
    circuits,
  });
  const source = labelKeepingSource(opened);
  return connection === undefined ? source : watchedSource(source, connection);
}

/** The configured store of results, for what is no tick. */
export async function composeResultStore(
  configuration: Configuration,
  surroundings: Surroundings,
): Promise<ResultStore> {
  return composeResults(configuration, surroundings, secretReader(surroundings.environment));
}

async function composeResults(
  configuration: Configuration,
  surroundings: Surroundings,
  secrets: SecretReader,
  watch?: ConnectionWatch,
): Promise<ResultStore> {
  const connection = watch?.of('results', configuration.results.kind);
  const store = await openResults(configuration, surroundings, secrets, connection);
  return connection === undefined ? store : watchedResultStore(store, connection);
}

async function openResults(
  { results }: Configuration,
  { logger, remainingMilliseconds }: Surroundings,
  secrets: SecretReader,
  connection: WatchedConnection | undefined,
): Promise<ResultStore> {
  switch (results.kind) {
    case 'influxdb':
      return new InfluxDbResultStore({
        url: results.url,
        organization: results.org,
        bucket: results.bucket,
        token: await secrets.read(results.token),
        batchLines: results.batchSize,
        timeoutMilliseconds: results.timeoutSeconds * 1000,
        gzip: results.gzip,
        tls: await readTls(results.tls, secrets),
        retries: retryPolicy(results.retries),
        environment: retryEnvironment(remainingMilliseconds, connection),
      });
    case 'ndjson': {
      const location = s3Location(results.directory);
      if (location !== undefined)
        return new S3NdjsonResultStore(s3Client({ maxAttempts: 3 }), location, remainingMilliseconds);
      return new NdjsonResultStore(`${results.directory}/verdicts.ndjson`, results.batchSize);
    }
    case 'log':
      return new LogResultStore(logger);
  }
}

function retryEnvironment(
  remainingMilliseconds: () => number,
  connection: WatchedConnection | undefined,
): RetryEnvironment {
  const environment = realRetryEnvironment(remainingMilliseconds);
  return connection === undefined ? environment : watchedRetries(environment, connection);
}

function retryPolicy(retries: number): RetryPolicy {
  return { attempts: retries + 1, baseDelayMilliseconds: 200, maximumDelayMilliseconds: 5000 };
}

/** A metric as the tick watches it. */
export function monitoredMetric({
  schedule,
  source,
  maintenance,
  limits,
}: Configuration): (metric: MetricConfiguration) => MonitoredMetric {
  const windows = maintenanceWindows(maintenance);
  return (metric) => ({
    name: metric.name,
    // Only Prometheus reads PromQL; what a person hands in bears the metric's name.
    query: source.kind === 'prometheus' ? (metric.query ?? metric.name) : metric.name,
    labels: metric.labels,
    monitor: {
      detector: detectors[metric.detection.detector],
      settings: metric.detection,
      stepSeconds: metric.stepSeconds,
    },
    delaySeconds: source.kind === 'simulation' ? 0 : schedule.evaluationDelaySeconds,
    maximumCatchUpSeconds: schedule.maximumCatchUpSeconds,
    maximumSeries: metric.seriesLimit,
    maintenance: windows,
    warmUpSeconds: limits.warmUpSeriesPerTick === 0 ? 0 : schedule.warmUpSeconds,
    ttlSeconds: metric.ttlSeconds,
    tellsMissing: metric.seriesMissing,
    lateCheckSeconds: Math.max(LATE_CHECK_SECONDS, LATE_CHECK_STEPS * metric.stepSeconds),
  });
}
