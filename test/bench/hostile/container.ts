import { type ComposedTick, composeTick } from '../../../lib/compose/tick.ts';
import type { Configuration } from '../../../lib/config/schema.ts';
import type { CircuitBreaker } from '../../../lib/connections/circuit-breaker.ts';
import type { TickPhase } from '../../../lib/pipeline/tick/tick.ts';
import type { LogFields, Logger } from '../../../lib/telemetry/logger.ts';
import { ALERTMANAGER_URL, WRITE_TIMEOUT_SECONDS } from './hostile-configuration.ts';
import type { AlertmanagerInProcess } from './servers/alertmanager-in-process.ts';
import { type InfluxDbInProcess, influxTransport } from './servers/influxdb-in-process.ts';
import type { PrometheusInProcess } from './servers/prometheus-in-process.ts';
import type { UnreliableObjects } from './servers/unreliable-objects.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** An invocation is stopped after this long; see functions.collectAndDetect.timeout. */
const INVOCATION_SECONDS = 55;
/** The handler leaves so much of it for the answer. */
const RESERVE_MILLISECONDS = 1000;

/** All that is outside of the product. */
export interface Servers {
  readonly clock: VirtualClock;
  readonly source: PrometheusInProcess;
  readonly results: InfluxDbInProcess;
  readonly alerts: AlertmanagerInProcess;
  readonly objects: UnreliableObjects;
}

/** How an invocation ended. */
export type Invocation = 'done' | 'failed' | 'out of time' | 'killed';

/** A container of the scheduled function, with all of the real wiring in it; it can be killed, as Lambda does. */
export class Container {
  readonly #clock: VirtualClock;
  readonly #tick: ComposedTick;
  #endMilliseconds = 0;
  #isDead = false;
  #killAfter: TickPhase | undefined;
  #killed: () => void = () => {};

  private constructor(clock: VirtualClock, compose: (self: Container) => ComposedTick) {
    this.#clock = clock;
    this.#tick = compose(this);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /**
   * @param number tells it from others.
   * @param onLog what the product says, with its level.
   */
  static async start(
    configuration: Configuration,
    servers: Servers,
    number: number,
    onLog: (level: keyof Logger, message: string, fields: LogFields) => void,
  ): Promise<Container> {
    const { clock } = servers;
    let self: Container | undefined;
    const isDead = () => self?.isDead === true;
    const remainingMilliseconds = () =>
      (self?.remainingMilliseconds() ?? INVOCATION_SECONDS * 1000) - RESERVE_MILLISECONDS;
    const log =
      (level: keyof Logger) =>
      (message: string, fields: LogFields = {}) =>
        onLog(level, message, fields);
    const logger: Logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
    const writeTimeout = () => Math.min(WRITE_TIMEOUT_SECONDS * 1000, remainingMilliseconds() / 2);
    const tick = await composeTick(
      configuration,
      {
        logger,
        environment: { INFLUXDB_TOKEN: 'token' },
        remainingMilliseconds,
        circuits: new Map<string, CircuitBreaker>(),
        servers: {
          http: {
            post: (request) => {
              if (isDead()) return new Promise(() => {});
              return request.url.href.startsWith(ALERTMANAGER_URL)
                ? servers.alerts.post(request, number)
                : servers.source.post(request, number);
            },
          },
          influxdb: influxTransport(servers.results, number, writeTimeout, isDead),
          objects: servers.objects.seenBy(isDead),
        },
      },
      { afterPhase: (phase) => self?.endPhase(phase) },
    );
    self = new Container(clock, () => tick);
    return self;
  }

  remainingMilliseconds(): number {
    return this.#endMilliseconds - this.#clock.elapsedMilliseconds();
  }

  /**
   * Runs the tick of an event, as the function's handler does. One that takes too long, or is killed, ends the container.
   *
   * @param killAfter the phase after which it is killed; not at all when left out.
   */
  async invoke(eventSeconds: number, killAfter?: TickPhase): Promise<Invocation> {
    this.#endMilliseconds = this.#clock.elapsedMilliseconds() + INVOCATION_SECONDS * 1000;
    this.#killAfter = killAfter;
    const killed = new Promise<'killed'>((resolve) => {
      this.#killed = () => resolve('killed');
    });
    const work = this.#tick.invoke(0, eventSeconds).then(
      () => 'done' as const,
      () => 'failed' as const,
    );
    const overtime = this.#clock.sleep(INVOCATION_SECONDS * 1000).then(() => 'out of time' as const);
    const outcome = await Promise.race([work, killed, overtime]);
    if (outcome === 'out of time' || outcome === 'killed') this.#isDead = true;
    return outcome;
  }

  endPhase(phase: TickPhase): Promise<void> | undefined {
    if (phase !== this.#killAfter) return undefined;
    this.#isDead = true;
    this.#killed();
    // A process that is killed goes on with nothing.
    return new Promise(() => {});
  }
}
