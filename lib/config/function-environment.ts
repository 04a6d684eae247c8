import * as z from 'zod/mini';
import { InvalidTickEventError } from './errors.ts';

/**
 * The environment variables of the functions. The constructs set exactly these and the handlers read exactly
 * these, so that a missing variable does not compile.
 */
export const functionEnvironment = z.object({
  /** Bucket of configuration, states and models. */
  TIDEMARK_BUCKET: z.string().check(z.minLength(3)),
  /** Key of the resolved configuration in that bucket. */
  TIDEMARK_CONFIGURATION_KEY: z.string().check(z.minLength(1)),
  POWERTOOLS_SERVICE_NAME: z.string(),
  POWERTOOLS_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  /** The share of invocations that log at debug level, 0 to 1. */
  POWERTOOLS_LOGGER_SAMPLE_RATE: z.string(),
});

export type FunctionEnvironment = z.infer<typeof functionEnvironment>;

const evaluating = {
  /** ARN of the state machine that evaluates. */
  TIDEMARK_EVALUATE_STATE_MACHINE: z.string().check(z.startsWith('arn:')),
};

/** The variables of the retrain function, which also starts evaluations. */
export const retrainEnvironment = z.extend(functionEnvironment, evaluating);

export type RetrainEnvironment = z.infer<typeof retrainEnvironment>;

/** The variables of the API function, which starts long runs. */
export const apiEnvironment = z.extend(functionEnvironment, {
  ...evaluating,
  /** ARN of the state machine that retrains. */
  TIDEMARK_RETRAIN_STATE_MACHINE: z.string().check(z.startsWith('arn:')),
});

export type ApiEnvironment = z.infer<typeof apiEnvironment>;

/** The input that a rule sends: the shard of the tick, and the time that the rule fired for. */
export const tickEvent = z.object({
  shard: z.int().check(z.nonnegative()),
  /** ISO 8601, from the rule's own event. */
  time: z.iso.datetime({ offset: true }),
});

export type TickEvent = z.infer<typeof tickEvent>;

/** @throws InvalidTickEventError naming what is wrong and showing the event. */
export function readTickEvent(event: unknown): TickEvent {
  const reading = tickEvent.safeParse(event);
  if (reading.success) return reading.data;
  throw new InvalidTickEventError(
    event,
    reading.error.issues.map(({ path }) => path.join('.') || 'the whole event'),
  );
}
