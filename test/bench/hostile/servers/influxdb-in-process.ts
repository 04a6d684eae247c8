import {
  type CommunicationObserver,
  createTextDecoderCombiner,
  HttpError,
  RequestTimedOutError,
  type SendOptions,
  type Transport,
} from '@influxdata/influxdb-client';
import { type Fault, isActive, type WriteReply } from '../fault.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { soundReply } from './reply.ts';
import type { RetryAfterWatch } from './retry-after-watch.ts';

/** A point: written again with the same name and time, it is the same one. */
interface Point {
  readonly fields: string;
  readonly timeSeconds: number;
}

/** An InfluxDB 2 in the place of the client's HTTP; faults change what it says. */
export class InfluxDbInProcess {
  /** By measurement, tags and time. */
  readonly points = new Map<string, Point>();
  /** Points that were written again with other fields, and were verdicts, alerts or gaps. */
  readonly changed: string[] = [];
  readonly #faults: readonly Fault[];
  readonly #clock: VirtualClock;
  readonly #retryAfter: RetryAfterWatch;

  constructor(faults: readonly Fault[], clock: VirtualClock, retryAfter: RetryAfterWatch) {
    this.#faults = faults;
    this.#clock = clock;
    this.#retryAfter = retryAfter;
  }

  /**
   * @param timeoutMilliseconds of the client, which gives up after it.
   * @param caller the container that writes.
   */
  async write(body: string, timeoutMilliseconds: number, caller: number): Promise<void> {
    const now = this.#clock.nowSeconds();
    const lines = body.split('\n').filter((line) => line !== '');
    const reply: WriteReply = { ...soundReply(now), status: 204, stored: [] };
    for (const fault of this.#faults) if (isActive(fault, now)) fault.onWrite?.(lines, reply);
    this.#retryAfter.asked('the store of results', caller, body);
    if (reply.lost === 'refused') throw new Error('connect ECONNREFUSED');
    if (reply.lost === 'hang' || reply.delayMilliseconds >= timeoutMilliseconds) {
      await this.#clock.sleep(timeoutMilliseconds);
      throw new RequestTimedOutError();
    }
    if (reply.delayMilliseconds > 0) await this.#clock.sleep(reply.delayMilliseconds);
    for (const line of reply.status === 204 ? lines : reply.stored) this.#store(line);
    // The answer is lost: whoever wrote can't know that it is stored.
    if (reply.lost === 'reset') throw new Error('read ECONNRESET');
    if (reply.status === 204) return;
    this.#retryAfter.answered('the store of results', caller, body, reply, 0);
    const { status, headers } = reply;
    throw new HttpError(status, '', reply.body, headers['retry-after'], 'application/json', undefined, {
      ...headers,
    });
  }

  #store(line: string): void {
    const [name, fields, time] = partsOf(line);
    const key = `${name} ${time}`;
    const before = this.points.get(key);
    if (before !== undefined && before.fields !== fields && /^(verdict|alert|gap),/.test(name))
      this.changed.push(key);
    this.points.set(key, { fields, timeSeconds: Number(time) });
  }
}

/** The client's transport of one container, which may be dead. */
export function influxTransport(
  server: InfluxDbInProcess,
  caller: number,
  timeoutOf: () => number,
  isDead: () => boolean,
): Transport {
  return {
    chunkCombiner: createTextDecoderCombiner(),
    send(
      _path: string,
      body: string,
      _options: SendOptions,
      callbacks: Partial<CommunicationObserver<Uint8Array>> = {},
    ) {
      if (isDead()) return;
      server.write(body, timeoutOf(), caller).then(
        () => {
          if (isDead()) return;
          callbacks.responseStarted?.({}, 204);
          callbacks.complete?.();
        },
        (error: Error) => {
          if (!isDead()) callbacks.error?.(error);
        },
      );
    },
    request: async () => ({ status: 'pass' }),
    iterate: () => {
      throw new Error('Nothing is read here');
    },
  };
}

/** Measurement with tags, fields, time; the spaces in texts and tags are within quotes or escaped. */
function partsOf(line: string): [name: string, fields: string, time: string] {
  let isQuoted = false;
  let first = -1;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at];
    if (character === '\\') at += 1;
    else if (character === '"' && first >= 0) isQuoted = !isQuoted;
    else if (character === ' ' && !isQuoted) {
      if (first >= 0) break;
      first = at;
    }
  }
  const last = line.lastIndexOf(' ');
  return [line.slice(0, first), line.slice(first + 1, last), line.slice(last + 1)];
}
