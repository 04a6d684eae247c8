import { readTls } from '../config/read-tls.ts';
import type { Configuration } from '../config/schema.ts';
import { authorization } from '../connections/authorization.ts';
import { HttpTransport } from '../connections/http-transport.ts';
import type { MetricCatalogue } from './metric-catalogue.ts';
import type { SourceContext } from './open-source.ts';
import { PrometheusCatalogue } from './prometheus/prometheus-catalogue.ts';

/**
 * What the Prometheus that the configuration names has.
 *
 * @throws SecretUnavailableError when a secret, certificate or key can't be read.
 * @throws RangeError when the source is another one.
 */
export async function openCatalogue(
  { source, limits }: Pick<Configuration, 'source' | 'limits'>,
  { secrets, environment }: Pick<SourceContext, 'secrets' | 'environment'>,
): Promise<MetricCatalogue> {
  if (source.kind !== 'prometheus')
    throw new RangeError(`Only a Prometheus can list its metrics, and the source is "${source.kind}"`);
  const [authorize, tls] = await Promise.all([
    authorization(source.auth, secrets, environment),
    readTls(source.tls, secrets),
  ]);
  return new PrometheusCatalogue({
    url: source.url,
    headers: source.headers,
    authorization: authorize,
    transport: new HttpTransport(tls),
    timeoutMilliseconds: source.timeoutSeconds * 1000,
    maximumMegabytes: limits.responseMegabytes,
  });
}
