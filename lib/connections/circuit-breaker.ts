/** When a service that fails is left alone, and for how long. */
export interface CircuitPolicy {
  /** Failures in a row that open the circuit; >= 1. */
  readonly failures: number;
  readonly pauseMilliseconds: number;
}

/** The service failed so often that it is left alone for a while; nothing was sent. Its cause is the last failure. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
  readonly remainingMilliseconds: number;
  constructor(failures: number, remainingMilliseconds: number, options: ErrorOptions) {
    super(
      `it failed ${failures} times in a row and is left alone for another ${Math.ceil(remainingMilliseconds / 1000)} s`,
      options,
    );
    this.remainingMilliseconds = remainingMilliseconds;
  }
}

/**
 * Spares a service that is down: after so many failures in a row no call goes out during the pause; then one call is
 * the trial, and its outcome closes the circuit or begins the next pause.
 * Source: Nygard 2018, Release It!, 2nd edition, "Circuit Breaker".
 */
export class CircuitBreaker {
  readonly #policy: CircuitPolicy;
  readonly #now: () => number;
  #failures = 0;
  #lastFailure: unknown;
  #openUntil = Number.NEGATIVE_INFINITY;
  #isTrialUnderWay = false;

  /** @param now milliseconds of a clock that only moves forward. */
  constructor(policy: CircuitPolicy, now: () => number) {
    this.#policy = policy;
    this.#now = now;
  }

  /**
   * Calls, unless the service is left alone.
   *
   * @param isFailure whether an error speaks against the service; one that does not, such as a refused query, shows
   *   that it is alive. `undefined` says that the call was given up by its caller and shows nothing.
   * @throws CircuitOpenError when nothing was sent; else what the call throws.
   */
  async run<T>(call: () => Promise<T>, isFailure: (error: unknown) => boolean | undefined): Promise<T> {
    const isTrial = this.#failures >= this.#policy.failures;
    if (isTrial) {
      const remaining = this.#openUntil - this.#now();
      if (remaining > 0 || this.#isTrialUnderWay)
        throw new CircuitOpenError(this.#failures, Math.max(0, remaining), { cause: this.#lastFailure });
      this.#isTrialUnderWay = true;
    }
    try {
      const answer = await call();
      this.#failures = 0;
      return answer;
    } catch (error) {
      const failed = isFailure(error);
      if (failed === false) this.#failures = 0;
      if (failed === true) this.#fail(error);
      throw error;
    } finally {
      if (isTrial) this.#isTrialUnderWay = false;
    }
  }

  #fail(error: unknown): void {
    this.#lastFailure = error;
    this.#failures += 1;
    if (this.#failures >= this.#policy.failures)
      this.#openUntil = this.#now() + this.#policy.pauseMilliseconds;
  }
}
