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

/** Whether a service is alive, as a cheap call shows: `undefined` when it shows neither. */
export type Probe = () => Promise<boolean | undefined>;

/**
 * Spares a service that is down: after so many failures in a row no call goes out during the pause; then one call is
 * the trial, and its outcome closes the circuit or begins the next pause.
 *
 * With a probe, a cheap call that any healthy service answers, the service itself is judged and not what was asked of
 * it: the circuit opens only when the probe fails too, and the probe is the trial. Calls that fail by their own fault,
 * such as queries that are too much for the service, then never keep the others from being made.
 * Source: Nygard 2018, Release It!, 2nd edition, "Circuit Breaker".
 */
export class CircuitBreaker {
  readonly #policy: CircuitPolicy;
  readonly #now: () => number;
  #failures = 0;
  #lastFailure: unknown;
  #openUntil = Number.NEGATIVE_INFINITY;
  #isTrialUnderWay = false;
  #isOpen = false;

  /** @param now milliseconds of a clock that only moves forward. */
  constructor(policy: CircuitPolicy, now: () => number) {
    this.#policy = policy;
    this.#now = now;
  }

  /**
   * Calls, unless the service is left alone.
   *
   * @param isFailure whether an error speaks against the service; one that does not, such as a refused query, shows
   *   that it is alive. `undefined` shows nothing: the caller gave up, or the call took too long.
   * @param probe a cheap call that decides whether the service itself is down; the calls decide when left out.
   * @throws CircuitOpenError when nothing was sent; else what the call throws.
   */
  async run<T>(
    call: () => Promise<T>,
    isFailure: (error: unknown) => boolean | undefined,
    probe?: Probe,
  ): Promise<T> {
    const isTrial = this.#isOpen;
    if (isTrial) await this.#beginTrial(probe);
    try {
      const answer = await call();
      this.#close();
      return answer;
    } catch (error) {
      const failed = isFailure(error);
      if (failed === false) this.#close();
      if (failed === true) await this.#fail(error, probe);
      throw error;
    } finally {
      if (isTrial) this.#isTrialUnderWay = false;
    }
  }

  /** @throws CircuitOpenError when it is not the time for a trial, or the probe fails. */
  async #beginTrial(probe: Probe | undefined): Promise<void> {
    const remaining = this.#openUntil - this.#now();
    if (remaining > 0 || this.#isTrialUnderWay) throw this.#open(Math.max(0, remaining));
    this.#isTrialUnderWay = true;
    if (probe === undefined) return;
    const isAlive = await probe().catch(() => false);
    if (isAlive === true) {
      this.#close();
      return;
    }
    this.#isTrialUnderWay = false;
    this.#openUntil = this.#now() + this.#policy.pauseMilliseconds;
    throw this.#open(this.#policy.pauseMilliseconds);
  }

  async #fail(error: unknown, probe: Probe | undefined): Promise<void> {
    this.#lastFailure = error;
    this.#failures += 1;
    if (this.#failures < this.#policy.failures) return;
    // Failures that come while the circuit is open are of calls that had begun before.
    if (!this.#isOpen && probe !== undefined && (await probe().catch(() => false)) !== false) {
      this.#failures = 0;
      return;
    }
    this.#isOpen = true;
    this.#openUntil = this.#now() + this.#policy.pauseMilliseconds;
  }

  #close(): void {
    this.#failures = 0;
    this.#isOpen = false;
  }

  #open(remainingMilliseconds: number): CircuitOpenError {
    return new CircuitOpenError(this.#failures, remainingMilliseconds, { cause: this.#lastFailure });
  }
}
