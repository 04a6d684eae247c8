import * as z from 'zod';
import { authSchema, headersSchema, tlsSchema } from './connection.ts';
import { duration, section, serverUrl, text, timeZone, whole, within } from './fields.ts';

const prometheusSource = section({
  kind: z
    .literal('prometheus')
    .optional()
    .transform(() => 'prometheus' as const)
    .describe(
      'The HTTP API of Prometheus, or of a compatible server (Thanos, Mimir, Cortex, VictoriaMetrics).',
    ),
  url: serverUrl('The address of the server, with its path prefix if it has one.'),
  dialect: z
    .enum(['promql', 'metricsql'])
    .default('promql')
    .describe(
      'The language of the queries. For MetricsQL (VictoriaMetrics) only brackets are checked, and queries are sent as ' +
        'they are: staleAfter does not apply.',
    ),
  auth: authSchema.prefault({ kind: 'none' }).describe('How requests are authenticated.'),
  tls: tlsSchema.prefault({}).describe('TLS with your own certificate authority or client certificate.'),
  headers: headersSchema('source.auth')
    .default({})
    .describe('More headers, such as X-Scope-OrgID for a tenant. Secrets do not belong here.'),
  timeout: duration('How long one query may take', { minimum: '100ms', maximum: '5m' }).prefault('10s'),
  concurrency: whole('Queries that run at the same time.', 1, 64).default(4),
  retries: whole('How often a failed query is retried, with exponential backoff and jitter.', 0, 10).default(
    3,
  ),
  circuitBreaker: section({
    failures: whole('Consecutive failures after which no more requests are sent.', 1, 100).default(5),
    pause: duration('How long no requests are sent', { minimum: '1s', maximum: '1h' }).prefault('1m'),
  })
    .prefault({})
    .describe('Protects a server that is down.'),
  staleAfter: duration(
    'A last sample older than this means that the target is down: two or three scrape intervals',
    {
      minimum: '10s',
      maximum: '1h',
    },
  ).prefault('5m'),
  fallback: z
    .enum(['none', 'simulation'])
    .default('none')
    .describe(
      'The fallback while the server is unavailable. Simulated records are marked, never train, never alert.',
    ),
});

const simulationSource = section({
  kind: z.literal('simulation').describe('Seeded, simulated metrics with daily and weekly seasonality.'),
  seed: whole('The same seed gives the same samples.', 0, 4_294_967_295).default(1),
  hosts: whole('Series per metric.', 1, 10_000).default(4),
  noise: within("The noise, as a fraction of the seasonality's amplitude.", 0, 10).default(0.05),
  incidentsPerWeek: within('Injected incidents per series and week, with known times.', 0, 1000).default(3),
});

const csvSource = section({
  kind: z.literal('csv').describe('A CSV file with a header line.'),
  path: text('The file, relative to the configuration file.'),
  timeColumn: text('The column of the time: seconds or milliseconds since 1970, or ISO 8601.').default(
    'timestamp',
  ),
  valueColumn: text('The column of the value.').default('value'),
  labelColumns: z.array(z.string().min(1)).default([]).describe('Columns that distinguish series.'),
  timezone: timeZone('Time zone of times without an offset.').default('UTC'),
});

const manualSource = section({
  kind: z.literal('manual').describe('Samples given by a person or a program, one per line.'),
  path: text('A file, or - for the standard input.').default('-'),
});

/** Where samples come from. */
export const sourceSchema = z.discriminatedUnion('kind', [
  prometheusSource,
  simulationSource,
  csvSource,
  manualSource,
]);
