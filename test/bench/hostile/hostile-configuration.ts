import { type Configuration, configurationSchema } from '../../../lib/config/schema.ts';
import type { Background } from './healthy-background.ts';

const PROMETHEUS_URL = 'http://prometheus.test';
export const ALERTMANAGER_URL = 'http://alertmanager.test';
/** What a result store gets of one write, at most. */
export const WRITE_TIMEOUT_SECONDS = 10;
export const CATCH_UP_SECONDS = 3600;
export const DELAY_SECONDS = 30;
export const SILENT_TICKS = 10;
const SERIES_LIMIT = 20;
const CIRCUIT_FAILURES = 3;

/** The defaults of the product, but for less history and shorter incidents, so that a world costs little. */
export function hostileConfiguration({ metrics }: Background): Configuration {
  return configurationSchema.parse({
    name: 'hostile',
    environment: 'simulation',
    // As many failures in a row as a small world has metrics that may fail while one does not.
    source: { kind: 'prometheus', url: PROMETHEUS_URL, circuitBreaker: { failures: CIRCUIT_FAILURES } },
    metrics: metrics.map(({ name, kept, detector }) => ({
      name,
      query: name,
      seriesLimit: SERIES_LIMIT,
      detection: { detector, falseAlertsPerWeek: detector === 'rarity' ? 20 : 1e-4 },
      ...(kept === undefined ? {} : { labels: kept }),
    })),
    schedule: { warmUp: '2h', maximumCatchUp: `${CATCH_UP_SECONDS}s`, evaluationDelay: `${DELAY_SECONDS}s` },
    detection: { refractory: '10m', quiet: '5m' },
    limits: { responseMegabytes: 1 },
    results: {
      kind: 'influxdb',
      url: 'http://influxdb.test',
      token: { env: 'INFLUXDB_TOKEN' },
      timeout: `${WRITE_TIMEOUT_SECONDS}s`,
    },
    alerts: { alertmanager: { url: ALERTMANAGER_URL }, silentTicks: SILENT_TICKS, log: true },
  });
}
