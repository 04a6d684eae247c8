/**
 * How long the work of the present invocation may take: until it is ended, and where it has to leave its shard to the next one, until
 * then. Retries and queries are bounded by it.
 */
export class InvocationDeadline {
  readonly #remainingMilliseconds: () => number;
  readonly #elapsedMilliseconds: () => number;
  #handOverMilliseconds = Infinity;

  /**
   * @param remainingMilliseconds what is left of the invocation.
   * @param elapsedMilliseconds a clock that only moves forward.
   */
  constructor(remainingMilliseconds: () => number, elapsedMilliseconds: () => number) {
    this.#remainingMilliseconds = remainingMilliseconds;
    this.#elapsedMilliseconds = elapsedMilliseconds;
  }

  /** The next invocation takes over after this long; Infinity when none does, negative when that is past and binds no more. */
  handOverIn(milliseconds: number): void {
    this.#handOverMilliseconds = milliseconds > 0 ? this.#elapsedMilliseconds() + milliseconds : Infinity;
  }

  readonly remainingMilliseconds = (): number =>
    Math.min(this.#remainingMilliseconds(), this.#handOverMilliseconds - this.#elapsedMilliseconds());
}
