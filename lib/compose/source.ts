import { type SecretReader, secretReader } from '../config/read-secret.ts';
import type { Configuration } from '../config/schema.ts';
import type { ConnectionWatch } from '../connections/connection-watch.ts';
import { labelKeepingSource } from '../sources/label-keeping-source.ts';
import { openSource } from '../sources/open-source.ts';
import type { SeriesSource } from '../sources/series-source.ts';
import { watchedSource } from '../sources/watched-source.ts';
import { retryEnvironment } from './retries.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The configured source, for its history. */
export async function composeHistory(
  configuration: Configuration,
  runtime: RuntimeContext,
): Promise<SeriesSource> {
  return composeSource(configuration, runtime, secretReader(runtime.environment));
}

export async function composeSource(
  configuration: Configuration,
  { environment, remainingMilliseconds, circuits, logger, servers }: RuntimeContext,
  secrets: SecretReader,
  watch?: ConnectionWatch,
): Promise<SeriesSource> {
  const connection = watch?.of('source', configuration.source.kind);
  const opened = await openSource(configuration, {
    secrets,
    environment,
    retries: retryEnvironment(remainingMilliseconds, connection, logger),
    circuits,
    transport: servers?.http,
  });
  const source = labelKeepingSource(opened);
  return connection === undefined ? source : watchedSource(source, connection);
}
