import * as z from 'zod';
import { faultNames } from '../../evaluation/faults/registry.ts';
import { InvalidOrderError } from '../errors.ts';

const DAY_SECONDS = 86_400;
const DEFAULT_DAYS = 28;
/** More would take longer than a function may. */
const orderBounds = { days: 92, series: 20, injections: 500 } as const;

const instant = z.iso.datetime({ offset: true });

/** What an evaluation is asked for; what is left out has a usual value. */
export const evaluationOrderSchema = z.strictObject({
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
    .max(orderBounds.injections)
    .default(200)
    .meta({ description: 'Injections a series.' }),
  seed: z.int().min(0).default(1).meta({ description: 'The same seed gives the same injections.' }),
  maximumSeries: z
    .int()
    .min(1)
    .max(orderBounds.series)
    .default(10)
    .meta({ description: 'Of more series these many are evaluated, spread over all of them.' }),
  models: z.enum(['nightly', 'champion']).default('nightly').meta({
    description:
      'nightly: the models that each night would have fitted, none of which has seen what it is held against. champion: those in use now.',
  }),
});

/** What an evaluation is asked for, with the usual values where none were given. */
export type OrderedEvaluation = z.output<typeof evaluationOrderSchema>;

/** An order whose window is settled, so that whoever carries it out, and how often, looks at the same history. */
export interface SettledOrder extends Omit<OrderedEvaluation, 'from' | 'to'> {
  readonly from: string;
  readonly to: string;
}

/**
 * Settles what was left out.
 *
 * @param nowSeconds Unix seconds.
 * @throws InvalidOrderError for a window that ends before it begins, or that is too long.
 */
export function settledOrder(order: OrderedEvaluation, nowSeconds: number): SettledOrder {
  const endSeconds = order.to === undefined ? Math.floor(nowSeconds) : Date.parse(order.to) / 1000;
  const startSeconds =
    order.from === undefined ? endSeconds - DEFAULT_DAYS * DAY_SECONDS : Date.parse(order.from) / 1000;
  if (startSeconds >= endSeconds)
    throw new InvalidOrderError(
      `The history ends at ${isoOf(endSeconds)}, before it begins: choose a "from" before that.`,
    );
  if (endSeconds - startSeconds > orderBounds.days * DAY_SECONDS)
    throw new InvalidOrderError(
      `The history is longer than ${orderBounds.days} days: choose a later "from".`,
    );
  return { ...order, from: isoOf(startSeconds), to: isoOf(endSeconds) };
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
