const DAY_SECONDS = 86_400;
/** Where counters begin. */
const ORIGIN_SECONDS = 1_767_225_600; // 2026-01-01

interface Term {
  readonly share: number;
  readonly periodSeconds: number;
  readonly phase: number;
}

/**
 * A rhythm of a day, with faster ones that look like noise. All of it can be integrated, so the value of a counter at any
 * time is known without what came before.
 *
 * @param base the mean.
 * @param seed another number is another phase.
 */
export class Wave {
  readonly #base: number;
  readonly #terms: readonly Term[];

  constructor(base: number, seed: number) {
    this.#base = base;
    const phase = (index: number) => (seed * 2.399 + index * 1.7) % (2 * Math.PI);
    this.#terms = [
      { share: 0.3, periodSeconds: DAY_SECONDS, phase: phase(0) / 20 },
      { share: 0.03, periodSeconds: 5407, phase: phase(1) },
      { share: 0.02, periodSeconds: 1831, phase: phase(2) },
      { share: 0.02, periodSeconds: 709, phase: phase(3) },
    ];
  }

  /** The value of a gauge. */
  at(timeSeconds: number): number {
    const sum = this.#terms.reduce(
      (total, { share, periodSeconds, phase }) =>
        total + share * Math.sin((2 * Math.PI * timeSeconds) / periodSeconds + phase),
      1,
    );
    return this.#base * sum;
  }

  /** The value of a counter that rises by `at` a second. */
  sumTo(timeSeconds: number): number {
    const elapsed = timeSeconds - ORIGIN_SECONDS;
    const sum = this.#terms.reduce((total, { share, periodSeconds, phase }) => {
      const frequency = (2 * Math.PI) / periodSeconds;
      return total + (share / frequency) * (Math.cos(phase) - Math.cos(frequency * elapsed + phase));
    }, elapsed);
    return this.#base * sum;
  }
}
