import type { CircuitBreaker } from '../connections/circuit-breaker.ts';
import type { Logger } from '../telemetry/logger.ts';

/** The context of a composed program. */
export interface RuntimeContext {
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds left in this invocation; Infinity for a long-running program. */
  readonly remainingMilliseconds: () => number;
  /** The deployment's bucket, used when the configuration names none. */
  readonly bucket?: string;
  /** Circuit breakers shared between invocations; new ones when omitted. */
  readonly circuits?: Map<string, CircuitBreaker>;
}
