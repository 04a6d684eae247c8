import * as z from 'zod/mini';
import { InvalidEvaluateTaskError } from './errors.ts';

const id = z.string().check(z.regex(/^[\w-]{1,80}$/));

/** The events that the evaluation's state machine sends to its function. */
export const evaluateTask = z.discriminatedUnion('task', [
  z.object({ task: z.literal('evaluate'), id }),
  /** It failed and is not retried. */
  z.object({ task: z.literal('fail'), id, cause: z.string() }),
]);

export type EvaluateTask = z.infer<typeof evaluateTask>;

/** @throws InvalidEvaluateTaskError naming what is wrong. */
export function readEvaluateTask(event: unknown): EvaluateTask {
  const reading = evaluateTask.safeParse(event);
  if (reading.success) return reading.data;
  throw new InvalidEvaluateTaskError(
    event,
    reading.error.issues.map(({ path }) => path.join('.') || 'the whole event'),
  );
}
