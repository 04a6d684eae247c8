import type { Transport } from '@influxdata/influxdb-client';
import type { CircuitBreaker } from '../connections/circuit-breaker.ts';
import type { HttpTransport } from '../connections/http-transport.ts';
import type { ObjectStore } from '../storage/object-store.ts';
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
  /** Servers that live in this process, as in a simulation; those that the configuration names when omitted. */
  readonly servers?: ServersInProcess;
}

/** What requests go to instead of the network. */
interface ServersInProcess {
  /** Prometheus and Alertmanager, by their addresses. */
  readonly http: Pick<HttpTransport, 'post'>;
  readonly influxdb: Transport;
  /** Models and states. */
  readonly objects: ObjectStore;
}
