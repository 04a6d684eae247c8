import * as z from 'zod';

/** An empty part of a request. */
export const emptyPart = z.strictObject({});

/** Headers that no route reads are ignored. */
export const noHeaders = z.object({});

export const metricName = z
  .string()
  .min(1)
  .max(100)
  .meta({ description: 'The name of a metric in the configuration.', example: 'cpu_usage' });

export const modelVersion = z.string().min(1).max(100).meta({
  description: 'A version of the models: the time of the training and a digest of the content.',
  example: '20260302T030000Z-1f0c9a2e',
});

export const runId = z
  .string()
  .regex(/^[\w-]{1,80}$/, 'letters, digits, - and _, at most 80')
  .meta({ description: 'The id of a run, as returned when it was started.' });

/** The header that makes a request repeatable. @param work what is started, in words. */
export const idempotencyKey = (work: string) =>
  z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({ description: `A repeated key returns the same ${work}, which is not started twice.` });

export const statusUrl = z.string().meta({
  description: 'Where to read the progress, relative to the host.',
  example: '/prod/retrain/1f0c',
});

export const instant = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC.', example: '2026-03-02T03:00:00Z' });

/** Unix seconds in the API's format of times. */
export function isoInstant(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}
