import * as z from 'zod';
import { faultNames } from '../../evaluation/faults/registry.ts';
import { InvalidRequestError } from '../errors.ts';

const DAY_SECONDS = 86_400;
const DEFAULT_DAYS = 28;
/** Larger requests would exceed the function's timeout. */
const requestBounds = { days: 92, series: 20, injections: 500 } as const;

const instant = z.iso.datetime({ offset: true });

/** A request for an evaluation; omitted fields have defaults. */
export const evaluationRequestSchema = z.strictObject({
  metric: z.string().min(1).max(100).meta({ description: 'The name of a metric.', example: 'cpu_usage' }),
  series: z
    .record(z.string().min(1).max(200), z.string().max(2000))
    .optional()
    .meta({ description: 'Only series with these labels.', example: { instance: 'a:9100' } }),
  from: instant.optional().meta({ description: 'Start of the history; default: 28 days before its end.' }),
  to: instant.optional().meta({ description: 'End of the history; default: now.' }),
  kinds: z
    .array(z.enum(faultNames))
    .min(1)
    .optional()
    .meta({ description: 'The faults to inject; default: all.' }),
  budget: z
    .number()
    .positive()
    .max(10_080)
    .optional()
    .meta({ description: 'False alerts per series and week; default: configured.' }),
  injections: z
    .int()
    .min(0)
    .max(requestBounds.injections)
    .default(200)
    .meta({ description: 'Injections per series.' }),
  seed: z.int().min(0).default(1).meta({ description: 'The same seed gives the same injections.' }),
  maximumSeries: z
    .int()
    .min(1)
    .max(requestBounds.series)
    .default(10)
    .meta({ description: 'Maximum number of series to evaluate, spread evenly over all that match.' }),
  models: z.enum(['nightly', 'champion']).default('nightly').meta({
    description:
      'nightly: the models that each night would have fitted, each tested on data that it has not seen. champion: the models in use now.',
  }),
});

/** A request for an evaluation, with defaults filled in. */
export type EvaluationRequest = z.output<typeof evaluationRequestSchema>;

/** A request with a resolved window, so that repeated runs read the same history. */
export const resolvedRequestSchema = evaluationRequestSchema.extend({ from: instant, to: instant });
export type ResolvedRequest = z.output<typeof resolvedRequestSchema>;

/**
 * Resolves the window of a request.
 *
 * @param nowSeconds Unix seconds.
 * @throws InvalidRequestError for a window that ends before it starts or is too long.
 */
export function resolveRequest(request: EvaluationRequest, nowSeconds: number): ResolvedRequest {
  const endSeconds = request.to === undefined ? Math.floor(nowSeconds) : Date.parse(request.to) / 1000;
  const startSeconds =
    request.from === undefined ? endSeconds - DEFAULT_DAYS * DAY_SECONDS : Date.parse(request.from) / 1000;
  if (startSeconds >= endSeconds)
    throw new InvalidRequestError(
      `The history would end at ${isoOf(endSeconds)}, before its start: choose an earlier "from".`,
    );
  if (endSeconds - startSeconds > requestBounds.days * DAY_SECONDS)
    throw new InvalidRequestError(
      `The history is longer than ${requestBounds.days} days: choose a later "from".`,
    );
  return { ...request, from: isoOf(startSeconds), to: isoOf(endSeconds) };
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
