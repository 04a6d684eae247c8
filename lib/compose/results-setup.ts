import { secretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import type { Configuration } from '../config/schema.ts';
import { ensureSchema, type SchemaStep } from '../results/influxdb/ensure-schema.ts';

/**
 * Wires the setup of the configured result store. Files and S3 need no setup.
 *
 * @returns the setup; `mayShorten` lets a shorter retention delete records.
 */
export function composeResultsSetup(
  { results }: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
): (mayShorten: boolean) => Promise<SchemaStep[]> {
  return async (mayShorten) => {
    if (results.kind !== 'influxdb') return [];
    const secrets = secretReader(environment);
    const connection = {
      url: results.url,
      organization: results.org,
      token: await secrets.read(results.token),
      timeoutMilliseconds: results.timeoutSeconds * 1000,
      tls: await readTls(results.tls, secrets),
    };
    return ensureSchema(connection, results, mayShorten);
  };
}
