import type { CircuitBreaker } from '../connections/circuit-breaker.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What surrounds the program that is put together. */
export interface RuntimeContext {
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that the present invocation may still take; Infinity for a program that runs on. */
  readonly remainingMilliseconds: () => number;
  /** The bucket of a deployment, where the configuration names none. */
  readonly bucket?: string;
  /** Circuit breakers that outlive what is put together; new ones when left out. */
  readonly circuits?: Map<string, CircuitBreaker>;
}
