import type { HttpReply } from '../fault.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** An earlier call than this is no disobedience: dates are whole seconds. */
const TOLERATED_SECONDS = 1;

/** Notices requests that are repeated sooner than a server asked for by Retry-After, within one tick. */
export class RetryAfterWatch {
  readonly #clock: VirtualClock;
  /** By request: until when the server wants to be left alone, Unix seconds. */
  readonly #until = new Map<string, number>();
  readonly found: string[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** A new tick may ask again: a server that is asked for the present once a minute is left alone enough. */
  begin(): void {
    this.#until.clear();
  }

  /**
   * A request arrives.
   *
   * @param caller the container that asks: it can't know what another one was asked for.
   * @param request its body, by which a repetition is known.
   */
  asked(server: string, caller: number, request: string): void {
    const key = `${caller} ${server} ${request}`;
    const now = this.#clock.nowSeconds();
    const until = this.#until.get(key);
    if (until !== undefined && now < until - TOLERATED_SECONDS)
      this.found.push(
        `${server} was asked again ${Math.round(until - now)} s before its Retry-After was over`,
      );
    this.#until.delete(key);
  }

  /**
   * The caller has the answer: before, it can't know what it is asked for.
   *
   * @param skewSeconds by how much the server's clock is ahead.
   */
  answered(
    server: string,
    caller: number,
    request: string,
    { lost, status, headers }: HttpReply,
    skewSeconds: number,
  ): void {
    const text = headers['retry-after'];
    if (lost !== undefined || status < 400 || text === undefined) return;
    const now = this.#clock.nowSeconds();
    const seconds = /^\d+$/.test(text) ? now + Number(text) : Date.parse(text) / 1000 - skewSeconds;
    this.#until.set(`${caller} ${server} ${request}`, seconds);
  }
}
