import type { Connection } from '../connections/connection.ts';
import { ResultsRejectedError, ResultsUnavailableError } from './errors.ts';
import type { ResultRecord, ResultStore } from './result-store.ts';

/** One store that gets a copy of every result. */
export interface ResultCopyOptions {
  /** Its key in `resultCopies`. */
  readonly name: string;
  readonly needsOrder: boolean;
  readonly bandAheadStepSeconds: number | undefined;
  /**
   * Opens the store: secrets are read then, and not before.
   *
   * @param remainingMilliseconds what is left of the write that is under way; Infinity between writes.
   */
  readonly open: (remainingMilliseconds: () => number) => Promise<ResultStore>;
  /** How long one write may take, with all its requests and their repetitions. */
  readonly timeoutMilliseconds: number;
  /** Milliseconds of a clock that only moves forward. */
  readonly elapsedMilliseconds: () => number;
}

/** A store that failed is left alone this many times as long as the failure took: one that hangs costs a sixtieth of the time. */
const REST_PER_FAILURE = 60;
/** How long a copy may take to say how it is. */
const CHECK_MILLISECONDS = 10_000;

/**
 * A store of results besides the record, which can't hold anybody up: it is opened when it is first written to, a write
 * ends within its time-out whatever the store does, and after a write that took long and failed, the next ones fail at
 * once for a while. It is opened again after a failure, so that a secret that was replaced is read again.
 */
export class ResultCopy implements ResultStore {
  readonly name: string;
  readonly needsOrder: boolean;
  readonly bandAheadStepSeconds: number | undefined;
  readonly timeoutMilliseconds: number;
  readonly #options: ResultCopyOptions;
  #opened: Promise<ResultStore> | undefined;
  #endMilliseconds = Infinity;
  #restUntilMilliseconds = Number.NEGATIVE_INFINITY;
  #lastReason = '';

  constructor(options: ResultCopyOptions) {
    this.name = options.name;
    this.needsOrder = options.needsOrder;
    this.bandAheadStepSeconds = options.bandAheadStepSeconds;
    this.timeoutMilliseconds = options.timeoutMilliseconds;
    this.#options = options;
  }

  /** @throws ResultsUnavailableError, ResultsRejectedError, and nothing else. */
  async write(records: readonly ResultRecord[], signal?: AbortSignal): Promise<void> {
    const { elapsedMilliseconds, timeoutMilliseconds } = this.#options;
    const begunMilliseconds = elapsedMilliseconds();
    const restMilliseconds = this.#restUntilMilliseconds - begunMilliseconds;
    if (restMilliseconds > 0) {
      const seconds = Math.ceil(restMilliseconds / 1000);
      throw new ResultsUnavailableError(
        `The copy "${this.name}" is left alone for another ${seconds} s: ${this.#lastReason}`,
      );
    }
    this.#endMilliseconds = begunMilliseconds + timeoutMilliseconds;
    try {
      await within(timeoutMilliseconds, signal, async (ending) =>
        (await this.#open()).write(records, ending),
      );
    } catch (error) {
      if (error instanceof ResultsRejectedError) throw error;
      const now = elapsedMilliseconds();
      this.#restUntilMilliseconds = now + REST_PER_FAILURE * (now - begunMilliseconds);
      this.#lastReason = error instanceof Error ? error.message : String(error);
      this.#close();
      throw new ResultsUnavailableError(`The copy "${this.name}" could not be written: ${this.#lastReason}`, {
        cause: error,
      });
    } finally {
      this.#endMilliseconds = Infinity;
    }
  }

  async check(): Promise<Connection> {
    try {
      const found = await within(CHECK_MILLISECONDS, undefined, async () => (await this.#open()).check());
      return { ...found, service: this.name, detail: `${found.service} ${found.detail}` };
    } catch (error) {
      return {
        service: this.name,
        isUp: false,
        detail: error instanceof Error ? error.message : String(error),
      };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
  }

  #open(): Promise<ResultStore> {
    if (this.#opened !== undefined) return this.#opened;
    const { open, elapsedMilliseconds } = this.#options;
    const opened = open(() => this.#endMilliseconds - elapsedMilliseconds());
    opened.catch(() => {
      if (this.#opened === opened) this.#opened = undefined;
    });
    this.#opened = opened;
    return opened;
  }

  /** Not awaited: a store that hangs may hang in this as well. */
  #close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.then((store) => store[Symbol.asyncDispose]()).catch(() => {});
  }
}

/** @throws ResultsUnavailableError when the time is over or the signal is aborted, whether or not the work ends then. */
async function within<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (ending: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const over = Promise.withResolvers<never>();
  const end = (reason: string) => () => {
    const error = new ResultsUnavailableError(reason);
    over.reject(error);
    ending.abort(error);
  };
  const abort = end('its time in this tick is over');
  if (signal?.aborted === true) abort();
  const timer = setTimeout(end(`no answer within ${Math.ceil(milliseconds)} ms`), milliseconds);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([over.promise, work(ending.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
