import * as z from 'zod';
import { duration, section, whole, within } from './fields.ts';

/** Logs, metrics and traces of Tidemark itself. */
export const telemetrySchema = section({
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('The lowest level that is logged.'),
  debugSampleRate: within('The fraction of invocations that log at debug level.', 0, 1).default(0),
  metricsNamespace: z
    .string()
    .regex(
      /^(?!AWS\/)[\w./#:-]{1,255}$/,
      'letters, digits and . - _ / # : without the reserved AWS/ in front',
    )
    .default('Tidemark')
    .describe('The CloudWatch namespace of the metrics.'),
  tracing: z.boolean().default(false).describe('Whether AWS X-Ray traces are written.'),
});

/** Limits that protect a tick and its servers. */
export const limitsSchema = section({
  seriesPerMetric: whole('More series than this in one metric are an error.', 1, 100_000).default(1000),
  seriesPerShard: whole('More series than this in one shard are an error.', 1, 1_000_000).default(10_000),
  pointsPerQuery: whole(
    'Points per series in one query_range; Prometheus refuses more than 11000.',
    100,
    11_000,
  ).default(11_000),
  responseMegabytes: whole('A larger response is refused.', 1, 1000).default(64),
  warmUpSeriesPerTick: whole('New series whose history one tick replays.', 0, 100_000).default(200),
  alertsPerTick: whole(
    'When more incidents than this open in one tick, one summary is sent instead.',
    1,
    100_000,
  ).default(100),
});

const memoryMegabytes = (megabytes: number) =>
  whole('Its memory, and with it its share of a processor.', 128, 10_240).default(megabytes);
const timeout = (value: string) =>
  duration('It is stopped after this long', { minimum: '3s', maximum: '15m' }).prefault(value);

/** The size of the deployed functions. */
export const functionsSchema = section({
  architecture: z.enum(['arm64', 'x86_64']).default('arm64').describe('arm64 costs a fifth less.'),
  logRetentionDays: z
    .literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365])
    .default(30)
    .describe('How long CloudWatch keeps the logs.'),
  secretKeys: z
    .array(
      z
        .string()
        .regex(
          /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/,
          'the ARN of a key such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        ),
    )
    .default([])
    .describe('The customer managed KMS keys that encrypt the secrets; none for AWS managed keys.'),
  collectAndDetect: section({ memoryMegabytes: memoryMegabytes(512), timeout: timeout('1m') })
    .prefault({})
    .describe(
      'The tick. A shard has one invocation at a time, stopped at least 5 s before the next (latency: low: 1 s).',
    ),
  retrain: section({
    memoryMegabytes: memoryMegabytes(1769),
    timeout: timeout('15m'),
    concurrency: whole('Metrics that are trained at the same time.', 1, 100).default(4),
  })
    .prefault({})
    .describe('The nightly training.'),
  evaluate: section({ memoryMegabytes: memoryMegabytes(1769), timeout: timeout('15m') })
    .prefault({})
    .describe('The evaluation on demand.'),
});
