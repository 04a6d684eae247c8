import { secretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import type { Configuration } from '../config/schema.ts';
import type { InfluxDbReadOptions } from '../results/influxdb/influxdb-read-options.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** How the bucket of the results is read. */
export async function influxDbReading(
  results: Extract<Configuration['results'], { readonly kind: 'influxdb' }>,
  environment: RuntimeContext['environment'],
): Promise<InfluxDbReadOptions> {
  const secrets = secretReader(environment);
  return {
    url: results.url,
    organization: results.org,
    bucket: results.bucket,
    token: await secrets.read(results.token),
    timeoutMilliseconds: results.timeoutSeconds * 1000,
    tls: await readTls(results.tls, secrets),
  };
}
