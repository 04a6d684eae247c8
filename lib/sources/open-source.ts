import type { SecretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import type { Configuration } from '../config/schema.ts';
import { authorization } from '../connections/authorization.ts';
import { CircuitBreaker } from '../connections/circuit-breaker.ts';
import { HttpTransport } from '../connections/http-transport.ts';
import type { RetryEnvironment } from '../connections/retry.ts';
import { FallbackSource } from './fallback-source.ts';
import { PrometheusSource } from './prometheus/prometheus-source.ts';
import type { SeriesSource } from './series-source.ts';
import { cpuScenario } from './simulation/cpu-scenario.ts';
import { simulatedHosts } from './simulation/simulated-hosts.ts';
import { SimulationSource } from './simulation/simulation-source.ts';

/** What a source needs of the program around it. */
export interface SourceContext {
  readonly secrets: SecretReader;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly retries: RetryEnvironment;
  /** The circuit breakers of this container by server: they outlive the source, which is created again now and then. */
  readonly circuits?: Map<string, CircuitBreaker> | undefined;
  /** Carries the requests; HTTP with the configured TLS settings when left out. */
  readonly transport?: Pick<HttpTransport, 'post'> | undefined;
}

type PrometheusSettings = Extract<Configuration['source'], { kind: 'prometheus' }>;

const FALLBACK_SEED = 1;
const FALLBACK_HOSTS = 4;

/**
 * The source that the configuration names.
 *
 * @throws SecretUnavailableError when a secret, certificate or key can't be read.
 */
export async function openSource(
  { source, limits, metrics }: Pick<Configuration, 'source' | 'limits' | 'metrics'>,
  context: SourceContext,
): Promise<SeriesSource> {
  switch (source.kind) {
    case 'prometheus': {
      const prometheus = await openPrometheus(source, limits, metrics, context);
      if (source.fallback === 'none') return prometheus;
      const fallback = new SimulationSource(() => cpuScenario(FALLBACK_SEED, FALLBACK_HOSTS));
      return new FallbackSource(prometheus, fallback);
    }
    case 'simulation':
      return new SimulationSource((_, startSeconds, endSeconds) =>
        simulatedHosts(source, startSeconds, endSeconds),
      );
    // These read what functions don't have, and stay out of their bundles (lib/cdk/node-function.ts).
    case 'csv': {
      const { csvSource } = await import('./csv/csv-source.ts');
      return csvSource({ ...source, timeZone: source.timezone });
    }
    case 'manual': {
      const { manualSource } = await import('./manual/manual-source.ts');
      return manualSource({ path: source.path, standardInput: process.stdin });
    }
  }
}

async function openPrometheus(
  source: PrometheusSettings,
  limits: Configuration['limits'],
  metrics: Configuration['metrics'],
  { secrets, environment, retries, circuits, transport }: SourceContext,
): Promise<PrometheusSource> {
  const [authorize, tls] = await Promise.all([
    authorization(source.auth, secrets, environment),
    readTls(source.tls, secrets),
  ]);
  // Found by the text that they are places in, so that they are never used on another.
  const selectors = new Map(metrics.map((metric) => [metric.query, metric.selectors]));
  return new PrometheusSource({
    url: source.url,
    headers: source.headers,
    authorization: authorize,
    transport: transport ?? new HttpTransport(tls),
    timeoutMilliseconds: source.timeoutSeconds * 1000,
    retries: { attempts: source.retries + 1, baseDelayMilliseconds: 200, maximumDelayMilliseconds: 5000 },
    environment: retries,
    breaker: breakerOf(source, circuits),
    maximumPoints: limits.pointsPerQuery,
    maximumMegabytes: limits.responseMegabytes,
    staleAfterSeconds: source.staleAfterSeconds,
    selectorsOf: (query) => selectors.get(query),
  });
}

function breakerOf(
  { url, circuitBreaker: { failures, pauseSeconds } }: PrometheusSettings,
  circuits: Map<string, CircuitBreaker> = new Map(),
): CircuitBreaker {
  // Other settings need another breaker: a pushed configuration must not run under the old ones.
  const key = `${url} ${failures} ${pauseSeconds}`;
  const known = circuits.get(key);
  if (known !== undefined) return known;
  const breaker = new CircuitBreaker({ failures, pauseMilliseconds: pauseSeconds * 1000 }, () =>
    performance.now(),
  );
  circuits.set(key, breaker);
  return breaker;
}
