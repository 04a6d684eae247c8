import * as z from 'zod/mini';
import { InvalidRetrainTaskError } from './errors.ts';

const id = z.string().check(z.regex(/^[\w-]{1,80}$/));
const metric = z.string().check(z.minLength(1));

/** What the state machine of a retraining asks its function for, step by step: what it must send, and what is read. */
export const retrainTask = z.discriminatedUnion('task', [
  z.object({ task: z.literal('plan'), id, startedAt: z.iso.datetime({ offset: true }) }),
  z.object({ task: z.literal('fit'), id, metric }),
  z.object({ task: z.literal('promote'), id, metric }),
  /** A step of a metric failed for good. */
  z.object({ task: z.literal('fail'), id, metric, cause: z.string() }),
  z.object({ task: z.literal('report'), id }),
]);

export type RetrainTask = z.infer<typeof retrainTask>;

/** What a fit leads to next: a candidate is put in use, anything else is done with. */
export const FIT_OUTCOMES = { candidate: 'candidate', settled: 'settled' } as const;

/** @throws InvalidRetrainTaskError that names what is wrong. */
export function readRetrainTask(event: unknown): RetrainTask {
  const reading = retrainTask.safeParse(event);
  if (reading.success) return reading.data;
  throw new InvalidRetrainTaskError(
    event,
    reading.error.issues.map(({ path }) => path.join('.') || 'all of it'),
  );
}
