import { type SecretReader, secretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import { s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { authorization } from '../connections/authorization.ts';
import type { ConnectionWatch, WatchedConnection } from '../connections/connection-watch.ts';
import { HttpTransport } from '../connections/http-transport.ts';
import { ResultCopies } from '../pipeline/tick/result-copies.ts';
import { CopiedResultStore } from '../results/copied-result-store.ts';
import { InfluxDbResultStore } from '../results/influxdb/influxdb-result-store.ts';
import { LogResultStore } from '../results/log-result-store.ts';
import { RemoteWriteResultStore } from '../results/remote-write/remote-write-result-store.ts';
import { ResultCopy } from '../results/result-copy.ts';
import { ResultSpool } from '../results/result-spool.ts';
import type { ResultStore } from '../results/result-store.ts';
import { S3NdjsonResultStore } from '../results/s3-ndjson-result-store.ts';
import type { SpoolBounds } from '../results/spool-bounds.ts';
import { watchedResultStore } from '../results/watched-result-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { s3Client } from '../storage/s3-client.ts';
import { retryEnvironment, retryPolicy } from './retries.ts';
import type { RuntimeContext } from './runtime-context.ts';

const BYTES_PER_MEGABYTE = 1024 * 1024;
/** How long a write to a copy may take that has no timeout of its own: files and S3. */
const COPY_MILLISECONDS = 10_000;

type ResultsSettings = Configuration['results'];

/** The configured result store with its copies, for callers other than the tick. */
export async function composeResultStore(
  configuration: Configuration,
  runtime: RuntimeContext,
): Promise<ResultStore> {
  const record = await composeResults(configuration, runtime, secretReader(runtime.environment));
  const copies = Object.entries(configuration.resultCopies).map(([name, settings]) =>
    openCopy(name, settings, runtime),
  );
  return copies.length === 0 ? record : new CopiedResultStore(record, copies, runtime.logger);
}

/** The record alone: what `results` names. */
export async function composeResults(
  configuration: Configuration,
  runtime: RuntimeContext,
  secrets: SecretReader,
  watch?: ConnectionWatch,
): Promise<ResultStore> {
  const { results } = configuration;
  const connection = watch?.of('results', results.kind);
  const store = await openResults('results', results, runtime, secrets, connection);
  return connection === undefined ? store : watchedResultStore(store, connection);
}

/**
 * The copies of the results of ticks; undefined where none is configured.
 *
 * @param objects where what waits for them is kept.
 */
export function composeCopies(
  { resultCopies, schedule }: Configuration,
  runtime: RuntimeContext,
  objects: ObjectStore,
  watch: ConnectionWatch,
): ResultCopies | undefined {
  const copies = Object.entries(resultCopies).map(([name, settings]) => ({
    store: openCopy(name, settings, runtime),
    spool: new ResultSpool(objects, spoolBounds(settings), `spool/copies/${name}/`),
    connection: watch.of('copies', name),
  }));
  if (copies.length === 0) return undefined;
  const { logger, remainingMilliseconds } = runtime;
  return new ResultCopies(copies, {
    shards: schedule.shards,
    logger,
    elapsedMilliseconds,
    remainingMilliseconds,
  });
}

/** How much may wait while a store of results is down. */
export function spoolBounds(results: ResultsSettings): SpoolBounds {
  // A log takes every record.
  if (results.kind === 'log') return { maximumBytes: 0, maximumAgeSeconds: 0 };
  const { maximumMegabytes, maximumAgeSeconds } = results.spool;
  return { maximumBytes: maximumMegabytes * BYTES_PER_MEGABYTE, maximumAgeSeconds };
}

function openCopy(name: string, settings: ResultsSettings, runtime: RuntimeContext): ResultCopy {
  return new ResultCopy({
    name,
    needsOrder: settings.kind === 'prometheus-remote-write' && RemoteWriteResultStore.needsOrder,
    bandAheadStepSeconds: settings.kind === 'influxdb' ? InfluxDbResultStore.bandAheadStepSeconds : undefined,
    // A reader of its own, so that a secret that was replaced is read again.
    open: (remainingMilliseconds) =>
      openResults(
        `resultCopies.${name}`,
        settings,
        { ...runtime, remainingMilliseconds },
        secretReader(runtime.environment),
        undefined,
      ),
    timeoutMilliseconds: 'timeoutSeconds' in settings ? settings.timeoutSeconds * 1000 : COPY_MILLISECONDS,
    elapsedMilliseconds,
  });
}

const elapsedMilliseconds = () => performance.now();

/** @param section of the configuration, for advice in errors. */
async function openResults(
  section: string,
  results: ResultsSettings,
  { logger, remainingMilliseconds, environment, servers }: RuntimeContext,
  secrets: SecretReader,
  connection: WatchedConnection | undefined,
): Promise<ResultStore> {
  switch (results.kind) {
    case 'influxdb':
      return new InfluxDbResultStore({
        url: results.url,
        section,
        organization: results.org,
        bucket: results.bucket,
        token: await secrets.read(results.token),
        batchLines: results.batchSize,
        timeoutMilliseconds: results.timeoutSeconds * 1000,
        gzip: results.gzip,
        tls: await readTls(results.tls, secrets),
        retries: retryPolicy(results.retries),
        ...(servers === undefined ? {} : { transport: servers.influxdb }),
        environment: retryEnvironment(remainingMilliseconds, connection, logger),
      });
    case 'prometheus-remote-write':
      return new RemoteWriteResultStore({
        url: results.url,
        section,
        headers: results.headers,
        authorization: await authorization(results.auth, secrets, environment),
        transport: servers?.http ?? new HttpTransport(await readTls(results.tls, secrets)),
        batchSamples: results.batchSize,
        timeoutMilliseconds: results.timeoutSeconds * 1000,
        retries: retryPolicy(results.retries),
        environment: retryEnvironment(remainingMilliseconds, connection, logger),
      });
    case 'ndjson': {
      const location = s3Location(results.directory);
      if (location !== undefined)
        return new S3NdjsonResultStore(s3Client({ maxAttempts: 3 }), location, remainingMilliseconds);
      // Functions keep no files: the stack refuses a folder, and their bundles leave this out.
      const { NdjsonResultStore } = await import('../results/ndjson-result-store.ts');
      const { maximumMegabytes, totalMegabytes } = results.rotation;
      return new NdjsonResultStore(`${results.directory}/verdicts.ndjson`, results.batchSize, {
        fileBytes: maximumMegabytes * BYTES_PER_MEGABYTE,
        totalBytes: totalMegabytes * BYTES_PER_MEGABYTE,
      });
    }
    case 'log':
      return new LogResultStore(logger);
  }
}
