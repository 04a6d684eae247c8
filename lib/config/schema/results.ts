import { resolve } from 'node:path';
import * as z from 'zod';
import { s3Location } from '../s3-location.ts';
import { authSchema, headersSchema, tlsSchema } from './connection.ts';
import { duration, section, serverUrl, text, whole } from './fields.ts';
import { type Refusal, refuse } from './rule.ts';
import { secretSchema } from './secret.ts';

const batchSize = whole('Records that are written together.', 1, 10_000).default(5000);
const bucketName = (description: string) =>
  z
    .string()
    .regex(/^(?!_)[^"\\/]{1,200}$/, 'at most 200 characters without / \\ and ", not beginning with _')
    .describe(description);

const spool = section({
  maximumMegabytes: whole(
    'How much may wait, of one shard; what is oldest is given up first.',
    1,
    10_000,
  ).default(500),
  maximumAge: duration('How long records may wait before they are given up', {
    minimum: '1m',
    maximum: '30d',
  }).prefault('1d'),
})
  .prefault({})
  .describe(
    'Where records wait while they cannot be written: beside the states, until a later tick writes them.',
  );

const influxdbResults = section({
  kind: z.literal('influxdb').describe('InfluxDB 2.'),
  url: serverUrl('The address of InfluxDB.'),
  org: text('The organisation.').default('tidemark'),
  bucket: bucketName('The bucket of the records at full resolution.').default('tidemark'),
  token: secretSchema.describe('A token with write permission, as a reference.'),
  tls: tlsSchema.prefault({}).describe('TLS with your own certificate authority or client certificate.'),
  timeout: duration('How long one write may take', { minimum: '100ms', maximum: '5m' }).prefault('10s'),
  retries: whole('How often a failed write is retried; Retry-After is honoured.', 0, 10).default(3),
  batchSize,
  spool,
  gzip: z.boolean().default(true).describe('Whether writes are compressed.'),
  retention: duration('How long records are kept, set by `tidemark results setup`; 0s is for ever', {
    maximum: '3650d',
  }).prefault('30d'),
  longTerm: section({
    bucket: bucketName('The bucket of the downsampled records.').default('tidemark-long-term'),
    window: duration('Length of the windows whose records are combined into one', {
      minimum: '1m',
      maximum: '7d',
    }).prefault('1h'),
    retention: duration('How long they are kept; 0s is for ever', { maximum: '3650d' }).prefault('730d'),
  })
    .optional()
    .describe('A downsampled copy for the long term, created by `tidemark results setup`; none by default.'),
}).superRefine(({ bucket, retentionSeconds, longTerm }, context) => {
  if (retentionSeconds > 0 && retentionSeconds < 3600) {
    refuse(context, {
      path: ['retention'],
      message: 'is less than 1h, which InfluxDB refuses',
      allowed: '0s (for ever) or at least 1h',
    });
  }
  const longTermSeconds = longTerm?.retentionSeconds ?? 0;
  if (longTermSeconds > 0 && longTermSeconds < 3600) {
    refuse(context, {
      path: ['longTerm', 'retention'],
      message: 'is less than 1h, which InfluxDB refuses',
      allowed: '0s (for ever) or at least 1h',
    });
  }
  if (longTerm?.bucket === bucket) {
    refuse(context, {
      path: ['longTerm', 'bucket'],
      message: `is the bucket "${bucket}" that it copies`,
      allowed: 'another bucket',
      suggestion: `write ${bucket}-long-term`,
    });
  }
});

const remoteWriteResults = section({
  kind: z
    .literal('prometheus-remote-write')
    .describe(
      'Prometheus by Remote Write 1.0, or what takes it: VictoriaMetrics, Mimir, Thanos, Amazon Managed Prometheus.',
    ),
  url: serverUrl('The whole address that takes the samples, such as http://prometheus:9090/api/v1/write.'),
  auth: authSchema.prefault({ kind: 'none' }).describe('How requests are authenticated.'),
  tls: tlsSchema.prefault({}).describe('TLS with your own certificate authority or client certificate.'),
  headers: headersSchema('results.auth')
    .default({})
    .describe('More headers, such as X-Scope-OrgID for a tenant. Secrets do not belong here.'),
  timeout: duration('How long one request may take', { minimum: '100ms', maximum: '5m' }).prefault('10s'),
  retries: whole('How often a failed request is retried; Retry-After is honoured.', 0, 10).default(3),
  batchSize: batchSize.describe('Samples that are sent in one request; a verdict has six.').default(2000),
  spool,
});

const ndjsonResults = section({
  kind: z
    .literal('ndjson')
    .optional()
    .transform(() => 'ndjson' as const)
    .describe('Files with a JSON object a line.'),
  directory: text('A folder relative to where the command runs, or s3://bucket/prefix.')
    .superRefine((value, context) => {
      if (!value.startsWith('s3:') || s3Location(value) !== undefined) return;
      refuse(context, {
        path: [],
        message: 'is not a place in S3',
        allowed: 's3://bucket or s3://bucket/prefix, the prefix of letters, digits and _ = . - /',
      });
    })
    .default('.tidemark/results'),
  batchSize: batchSize.describe('Lines that are appended together; in S3 an object holds a whole step.'),
  rotation: section({
    maximumMegabytes: whole(
      'The size at which a file gets a new name; it gets one every day as well.',
      1,
      10_000,
    ).default(100),
    totalMegabytes: whole(
      'What the files in the folder may have together; the oldest are removed.',
      2,
      10_000_000,
    ).default(10_000),
  })
    .prefault({})
    .superRefine(({ maximumMegabytes, totalMegabytes }, context) => {
      if (totalMegabytes >= 2 * maximumMegabytes) return;
      refuse(context, {
        path: ['totalMegabytes'],
        message: `is ${totalMegabytes}, less than two files of ${maximumMegabytes}`,
        suggestion: `write totalMegabytes: ${2 * maximumMegabytes}, or a smaller maximumMegabytes`,
      });
    })
    .describe('Files in a folder are rotated by day and size. S3 has an object for each step instead.'),
  spool,
});

const logResults = section({
  kind: z.literal('log').describe('Lines in the log, for debugging: nothing is stored.'),
  batchSize: batchSize.describe('Accepted because profiles set it; the log has one line per record.'),
});

/** The name of the record, keys that make a mapping a reference to a secret, and those of mappings that hold none. */
const RESERVED = ['results', 'env', 'file', 'ssm', 'secretsManager', 'labels', 'headers'];

const copyName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,39}$/, 'letters, digits, _ and -, beginning with a letter, at most 40 characters')
  .refine((name) => !RESERVED.includes(name), `a name other than ${RESERVED.join(', ')}`);

/** Where verdicts go. */
export const resultsSchema = z.discriminatedUnion('kind', [
  influxdbResults,
  remoteWriteResults,
  ndjsonResults,
  logResults,
]);

type Results = z.output<typeof resultsSchema>;

/** Further stores by name. */
export const resultCopiesSchema = z.record(copyName, resultsSchema);

/** What there is to refuse about copies: two stores at the same place would write each other's records. */
export function copyRefusals(results: Results, copies: Readonly<Record<string, Results>>): Refusal[] {
  const taken = new Map([[placeOf(results), ['results']]]);
  return Object.entries(copies).flatMap(([name, copy]) => {
    const place = placeOf(copy);
    const path = ['resultCopies', name];
    const first = taken.get(place);
    taken.set(place, first ?? path);
    if (first === undefined) return [];
    return [
      { path, message: `is the same store as ${first.join('.')}`, first, suggestion: 'remove one of them' },
    ];
  });
}

function placeOf(results: Results): string {
  switch (results.kind) {
    case 'influxdb':
      return `${results.kind} ${results.url} ${results.org} ${results.bucket}`;
    case 'prometheus-remote-write':
      return `${results.kind} ${results.url} ${JSON.stringify(results.headers)}`;
    case 'ndjson':
      return `${results.kind} ${/^s3:/.test(results.directory) ? results.directory.replace(/\/+$/, '') : resolve(results.directory)}`;
    case 'log':
      return results.kind;
  }
}
