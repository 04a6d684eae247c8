import { type SecretReader, secretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import { s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { authorization } from '../connections/authorization.ts';
import type { ConnectionWatch, WatchedConnection } from '../connections/connection-watch.ts';
import { HttpTransport } from '../connections/http-transport.ts';
import { InfluxDbResultStore } from '../results/influxdb/influxdb-result-store.ts';
import { LogResultStore } from '../results/log-result-store.ts';
import { NdjsonResultStore } from '../results/ndjson-result-store.ts';
import { RemoteWriteResultStore } from '../results/remote-write/remote-write-result-store.ts';
import type { ResultStore } from '../results/result-store.ts';
import { S3NdjsonResultStore } from '../results/s3-ndjson-result-store.ts';
import type { SpoolBounds } from '../results/spool-bounds.ts';
import { watchedResultStore } from '../results/watched-result-store.ts';
import { s3Client } from '../storage/s3-client.ts';
import { retryEnvironment, retryPolicy } from './retries.ts';
import type { RuntimeContext } from './runtime-context.ts';

const BYTES_PER_MEGABYTE = 1024 * 1024;

/** The configured result store, for callers other than the tick. */
export async function composeResultStore(
  configuration: Configuration,
  runtime: RuntimeContext,
): Promise<ResultStore> {
  return composeResults(configuration, runtime, secretReader(runtime.environment));
}

export async function composeResults(
  configuration: Configuration,
  runtime: RuntimeContext,
  secrets: SecretReader,
  watch?: ConnectionWatch,
): Promise<ResultStore> {
  const connection = watch?.of('results', configuration.results.kind);
  const store = await openResults(configuration, runtime, secrets, connection);
  return connection === undefined ? store : watchedResultStore(store, connection);
}

/** How much may wait while the store of results is down. */
export function spoolBounds({ results }: Configuration): SpoolBounds {
  // A log takes every record.
  if (results.kind === 'log') return { maximumBytes: 0, maximumAgeSeconds: 0 };
  const { maximumMegabytes, maximumAgeSeconds } = results.spool;
  return { maximumBytes: maximumMegabytes * BYTES_PER_MEGABYTE, maximumAgeSeconds };
}

async function openResults(
  { results }: Configuration,
  { logger, remainingMilliseconds, environment, servers }: RuntimeContext,
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
        ...(servers === undefined ? {} : { transport: servers.influxdb }),
        environment: retryEnvironment(remainingMilliseconds, connection, logger),
      });
    case 'prometheus-remote-write':
      return new RemoteWriteResultStore({
        url: results.url,
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
      return new NdjsonResultStore(`${results.directory}/verdicts.ndjson`, results.batchSize);
    }
    case 'log':
      return new LogResultStore(logger);
  }
}
