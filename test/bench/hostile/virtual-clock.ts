import { uniformAt } from '../../../lib/series/seeded-noise.ts';

interface Timer {
  readonly atMilliseconds: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** The program's next turn, after everything that could go on without a timer has done so. */
const nextTurn = setImmediate;

/**
 * The clock of a simulated world. Installed, it takes the place of every clock, timer and random number of its thread,
 * so that the product runs as it is: time passes only when nothing else can happen, to the moment of the next timer.
 */
export class VirtualClock {
  #milliseconds: number;
  readonly #beginMilliseconds: number;
  readonly #seed: number;
  #drawn = 0;
  #order = 0;
  /** A heap: the next timer first. */
  readonly #timers: Timer[] = [];

  /**
   * @param beginSeconds Unix seconds.
   * @param seed of the random numbers.
   */
  constructor(beginSeconds: number, seed: number) {
    this.#milliseconds = beginSeconds * 1000;
    this.#beginMilliseconds = this.#milliseconds;
    this.#seed = seed;
  }

  /** Unix seconds. */
  readonly nowSeconds = (): number => this.#milliseconds / 1000;

  readonly elapsedMilliseconds = (): number => this.#milliseconds - this.#beginMilliseconds;

  /** Takes the place of the clocks, timers and random numbers of this thread, until it is disposed. */
  install(): Disposable {
    const real = {
      now: Date.now,
      performance: performance.now,
      random: Math.random,
      setTimeout: globalThis.setTimeout,
      clearTimeout: globalThis.clearTimeout,
      timeout: AbortSignal.timeout,
    };
    Date.now = () => Math.floor(this.#milliseconds);
    performance.now = this.elapsedMilliseconds;
    Math.random = () => {
      this.#drawn += 1;
      return uniformAt(this.#seed, this.#drawn);
    };
    globalThis.setTimeout = ((run: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) =>
      this.#begin(milliseconds, () => run(...given))) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: Timer | undefined) => {
      if (timer !== undefined) timer.run = undefined;
    }) as unknown as typeof clearTimeout;
    AbortSignal.timeout = (milliseconds) => {
      const controller = new AbortController();
      this.#begin(milliseconds, () => controller.abort(timedOut));
      return controller.signal;
    };
    return {
      [Symbol.dispose]: () => {
        Date.now = real.now;
        performance.now = real.performance;
        Math.random = real.random;
        globalThis.setTimeout = real.setTimeout;
        globalThis.clearTimeout = real.clearTimeout;
        AbortSignal.timeout = real.timeout;
      },
    };
  }

  /** Waits in virtual time. */
  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      this.#begin(milliseconds, resolve);
    });

  /** Lets time pass up to a moment. @param seconds Unix seconds. */
  async passUntil(seconds: number): Promise<void> {
    const end = seconds * 1000;
    for (
      let next = this.#timers[0];
      next !== undefined && next.atMilliseconds <= end;
      next = this.#timers[0]
    ) {
      this.#fire();
      await turn();
    }
    this.#milliseconds = Math.max(this.#milliseconds, end);
  }

  /**
   * Lets time pass until the work is done.
   *
   * @param endSeconds the latest moment, Unix seconds.
   * @returns whether it was done by then.
   * @throws what the work throws.
   */
  async passUntilDone(work: Promise<unknown>, endSeconds: number): Promise<boolean> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    // Awaited below, unless the work is left behind.
    done.catch(() => {});
    await turn();
    while (!isDone) {
      const next = this.#timers[0];
      if (next === undefined || next.atMilliseconds > endSeconds * 1000) return false;
      this.#fire();
      await turn();
    }
    await done;
    return true;
  }

  #begin(milliseconds: number, run: () => void): Timer & NodeTimer {
    this.#order += 1;
    const timer = {
      atMilliseconds: this.#milliseconds + Math.max(0, milliseconds),
      order: this.#order,
      run: run as (() => void) | undefined,
      unref: () => timer,
      ref: () => timer,
    };
    this.#timers.push(timer);
    this.#rise(this.#timers.length - 1);
    return timer;
  }

  #fire(): void {
    const timer = this.#timers[0] as Timer;
    const last = this.#timers.pop() as Timer;
    if (this.#timers.length > 0) {
      this.#timers[0] = last;
      this.#sink();
    }
    this.#milliseconds = Math.max(this.#milliseconds, timer.atMilliseconds);
    timer.run?.();
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(this.#timers[index] as Timer, this.#timers[parent] as Timer)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(): void {
    for (let index = 0; ; ) {
      let first = index;
      for (const child of [2 * index + 1, 2 * index + 2])
        if (
          child < this.#timers.length &&
          isBefore(this.#timers[child] as Timer, this.#timers[first] as Timer)
        )
          first = child;
      if (first === index) return;
      this.#swap(index, first);
      index = first;
    }
  }

  #swap(one: number, other: number): void {
    const timers = this.#timers as [Timer];
    [timers[one], timers[other]] = [timers[other] as Timer, timers[one] as Timer];
  }
}

interface NodeTimer {
  unref(): NodeTimer;
  ref(): NodeTimer;
}

const timedOut = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

function isBefore(one: Timer, other: Timer): boolean {
  return (
    one.atMilliseconds - other.atMilliseconds < 0 ||
    (one.atMilliseconds === other.atMilliseconds && one.order < other.order)
  );
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    nextTurn(resolve);
  });
}
