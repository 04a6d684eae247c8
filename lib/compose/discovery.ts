import { secretReader } from '../config/read-secret.ts';
import type { Configuration } from '../config/schema.ts';
import type { MetricCatalogue } from '../sources/metric-catalogue.ts';
import { openCatalogue } from '../sources/open-catalogue.ts';
import type { SeriesSource } from '../sources/series-source.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { composeSource } from './source.ts';

/** What is needed to look at a server. */
export interface ComposedDiscovery {
  readonly catalogue: MetricCatalogue;
  readonly source: SeriesSource;
}

/**
 * The configured Prometheus, for a look at what it has.
 *
 * @throws SecretUnavailableError when a secret, certificate or key can't be read.
 * @throws RangeError when the configured source is not Prometheus.
 */
export async function composeDiscovery(
  configuration: Configuration,
  runtime: RuntimeContext,
): Promise<ComposedDiscovery> {
  const secrets = secretReader(runtime.environment);
  return {
    catalogue: await openCatalogue(configuration, { secrets, environment: runtime.environment }),
    source: await composeSource(configuration, runtime, secrets),
  };
}
