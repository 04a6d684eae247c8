import * as z from 'zod/mini';
import { InvalidRetrainTaskError } from './errors.ts';

const id = z.string().check(z.regex(/^[\w-]{1,80}$/));
const metric = z.string().check(z.minLength(1));

/** The events that the retraining's state machine sends to its function. */
export const retrainTask = z.discriminatedUnion('task', [
  z.object({ task: z.literal('plan'), id, startedAt: z.iso.datetime({ offset: true }) }),
  z.object({ task: z.literal('fit'), id, metric }),
  z.object({ task: z.literal('promote'), id, metric }),
  /** A step of a metric failed and is not retried. */
  z.object({ task: z.literal('fail'), id, metric, cause: z.string() }),
  z.object({ task: z.literal('report'), id }),
]);

export type RetrainTask = z.infer<typeof retrainTask>;

/** What follows a fit: a candidate is promoted; nothing else is left to do. */
export const FIT_OUTCOMES = { candidate: 'candidate', settled: 'settled' } as const;

/** @throws InvalidRetrainTaskError naming what is wrong. */
export function readRetrainTask(event: unknown): RetrainTask {
  const reading = retrainTask.safeParse(event);
  if (reading.success) return reading.data;
  throw new InvalidRetrainTaskError(
    event,
    reading.error.issues.map(({ path }) => path.join('.') || 'the whole event'),
  );
}
