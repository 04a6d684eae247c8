/** Milliseconds by phase of one run. */
export class PhaseTimer<Phase extends string> {
  readonly milliseconds: Partial<Record<Phase, number>> = {};
  readonly #now: () => number;

  /** @param now milliseconds of a clock that only moves forward. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Runs the work and adds its duration to the phase, whether it succeeds or throws. */
  async time<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const start = this.#now();
    try {
      return await work();
    } finally {
      this.milliseconds[phase] = (this.milliseconds[phase] ?? 0) + this.#now() - start;
    }
  }
}
