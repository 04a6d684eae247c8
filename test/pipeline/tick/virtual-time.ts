/** Time that passes when somebody sleeps or works, and not otherwise. */
export class VirtualTime {
  #milliseconds = 0;
  readonly #beginSeconds: number;
  /** What the wall clock was set to, against the time that has really passed; in seconds. */
  wallOffsetSeconds = 0;

  constructor(beginSeconds: number) {
    this.#beginSeconds = beginSeconds;
  }

  readonly nowSeconds = (): number => this.trueSeconds() + this.wallOffsetSeconds;

  readonly elapsedMilliseconds = (): number => this.#milliseconds;

  readonly trueSeconds = (): number => this.#beginSeconds + this.#milliseconds / 1000;

  pass(seconds: number): void {
    this.#milliseconds += seconds * 1000;
  }

  /** Waits until a moment; none that is past. */
  passUntil(seconds: number): void {
    this.pass(Math.max(0, seconds - this.trueSeconds()));
  }

  readonly sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted !== true) this.#milliseconds += milliseconds;
  };
}
