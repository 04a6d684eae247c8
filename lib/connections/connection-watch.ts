import type { RetryEnvironment } from './retry.ts';

/** What a connection is for. */
export type ConnectionRole = 'source' | 'results' | 'objects' | 'alerts' | 'copies';

/** How the calls over one connection went during one tick. */
export interface Observation {
  readonly calls: number;
  /** Calls that did not get through. */
  readonly failed: number;
  /** Calls that the service understood and refused for what they were. */
  readonly refused: number;
  /** Answers that the service itself calls incomplete, or with which something is wrong. */
  readonly partial: number;
  /** Tries that had to be repeated. */
  readonly retries: number;
  /** Alerts that arrived, and that did not; 0 for a connection that sends none. */
  readonly delivered: number;
  readonly undelivered: number;
  /** The last trouble in words; undefined when there was none. */
  readonly reason: string | undefined;
}

const NOTHING: Observation = {
  calls: 0,
  failed: 0,
  refused: 0,
  partial: 0,
  retries: 0,
  delivered: 0,
  undelivered: 0,
  reason: undefined,
};

/** One connection whose calls are watched. */
export class WatchedConnection {
  readonly role: ConnectionRole;
  /** `prometheus`, `influxdb`, `s3`; of a copy of the results its name. */
  readonly service: string;
  #seen = NOTHING;

  constructor(role: ConnectionRole, service: string) {
    this.role = role;
    this.service = service;
  }

  /** Since the last {@link ConnectionWatch.begin}. */
  get seen(): Observation {
    return this.#seen;
  }

  /** A call came to its end, in the given way. @param trouble in words; of a call that went well, none. */
  called(outcome: 'well' | 'partial' | 'refused' | 'failed', trouble?: unknown): void {
    const { calls, reason } = this.#seen;
    this.#seen = { ...this.#seen, calls: calls + 1, reason: wordsOf(trouble) ?? reason };
    if (outcome !== 'well') this.#seen = { ...this.#seen, [outcome]: this.#seen[outcome] + 1 };
  }

  /** Something is wrong with what calls gave that went well. */
  noticed(trouble: unknown): void {
    const { partial, reason } = this.#seen;
    this.#seen = { ...this.#seen, partial: partial + 1, reason: wordsOf(trouble) ?? reason };
  }

  /** A try failed and is repeated. */
  retried(trouble: unknown): void {
    this.#seen = { ...this.#seen, retries: this.#seen.retries + 1, reason: wordsOf(trouble) };
  }

  /** Alerts were delivered, or not. */
  alertsSent(delivered: number, undelivered: number): void {
    const { delivered: before, undelivered: lost } = this.#seen;
    this.#seen = { ...this.#seen, delivered: before + delivered, undelivered: lost + undelivered };
  }

  begin(): void {
    this.#seen = NOTHING;
  }
}

/** The connections of one process; whatever calls outside notes in it how that went. */
export class ConnectionWatch {
  readonly #connections = new Map<string, WatchedConnection>();

  /** The same one for the same role and service, whoever asks. */
  of(role: ConnectionRole, service: string): WatchedConnection {
    const key = `${role} ${service}`;
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const connection = new WatchedConnection(role, service);
    this.#connections.set(key, connection);
    return connection;
  }

  /** Forgets all others, such as those of an older configuration: nobody would ever report that they are up again. */
  keepOnly(inUse: readonly (readonly [role: ConnectionRole, service: string])[]): void {
    const keys = new Set(inUse.map(([role, service]) => `${role} ${service}`));
    for (const key of this.#connections.keys()) if (!keys.has(key)) this.#connections.delete(key);
  }

  /** All of them, in the order in which they were first asked for. */
  get connections(): readonly WatchedConnection[] {
    return [...this.#connections.values()];
  }

  /** Forgets what was seen: a new tick begins. */
  begin(): void {
    for (const connection of this.connections) connection.begin();
  }
}

/** Retries whose repetitions are noted. */
export function watchedRetries(
  environment: RetryEnvironment,
  connection: WatchedConnection,
): RetryEnvironment {
  const retried = (error: unknown, pauseMilliseconds: number) => {
    environment.retried?.(error, pauseMilliseconds);
    connection.retried(error);
  };
  return { ...environment, retried };
}

function wordsOf(trouble: unknown): string | undefined {
  if (trouble === undefined || trouble === '') return undefined;
  return trouble instanceof Error ? trouble.message : String(trouble);
}
