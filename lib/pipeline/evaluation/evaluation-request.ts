import * as z from 'zod';
import { faultNames } from '../../evaluation/faults/registry.ts';
import { InvalidRequestError } from '../errors.ts';

const DAY_SECONDS = 86_400;
const DEFAULT_DAYS = 28;
/** More would take longer than a function may. */
const requestBounds = { days: 92, series: 20, injections: 500 } as const;

const instant = z.iso.datetime({ offset: true });

/** What an evaluation is asked for; what is left out has a usual value. */
export const evaluationRequestSchema = z.strictObject({
  metric: z.string().min(1).max(100).meta({ description: 'The name of a metric.', example: 'cpu_usage' }),
  series: z
    .record(z.string().min(1).max(200), z.string().max(2000))
    .optional()
    .meta({ description: 'Only series with these labels.', example: { instance: 'a:9100' } }),
  from: instant.optional().meta({ description: 'The beginning of the history; 28 days before its end.' }),
  to: instant.optional().meta({ description: 'The end of the history; now, when left out.' }),
  kinds: z
    .array(z.enum(faultNames))
    .min(1)
    .optional()
    .meta({ description: 'The faults that are injected; all of them, when left out.' }),
  budget: z
    .number()
    .positive()
    .max(10_080)
    .optional()
    .meta({ description: 'False alerts per series and week, instead of the configured.' }),
  injections: z
    .int()
    .min(0)
    .max(requestBounds.injections)
    .default(200)
    .meta({ description: 'Injections a series.' }),
  seed: z.int().min(0).default(1).meta({ description: 'The same seed gives the same injections.' }),
  maximumSeries: z
    .int()
    .min(1)
    .max(requestBounds.series)
    .default(10)
    .meta({ description: 'Of more series these many are evaluated, spread over all of them.' }),
  models: z.enum(['nightly', 'champion']).default('nightly').meta({
    description:
      'nightly: the models that each night would have fitted, none of which has seen what it is held against. champion: those in use now.',
  }),
});

/** What an evaluation is asked for, with the usual values where none were given. */
export type EvaluationRequest = z.output<typeof evaluationRequestSchema>;

/** A request whose window is resolved, so that whoever carries it out, and how often, looks at the same history. */
export const resolvedRequestSchema = evaluationRequestSchema.extend({ from: instant, to: instant });
export type ResolvedRequest = z.output<typeof resolvedRequestSchema>;

/**
 * Resolves what was left out.
 *
 * @param nowSeconds Unix seconds.
 * @throws InvalidOrderError for a window that ends before it begins, or that is too long.
 */
export function resolveRequest(order: EvaluationRequest, nowSeconds: number): ResolvedRequest {
  const endSeconds = order.to === undefined ? Math.floor(nowSeconds) : Date.parse(order.to) / 1000;
  const startSeconds =
    order.from === undefined ? endSeconds - DEFAULT_DAYS * DAY_SECONDS : Date.parse(order.from) / 1000;
  if (startSeconds >= endSeconds)
    throw new InvalidRequestError(
      `The history ends at ${isoOf(endSeconds)}, before it begins: choose a "from" before that.`,
    );
  if (endSeconds - startSeconds > requestBounds.days * DAY_SECONDS)
    throw new InvalidRequestError(
      `The history is longer than ${requestBounds.days} days: choose a later "from".`,
    );
  return { ...order, from: isoOf(startSeconds), to: isoOf(endSeconds) };
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
