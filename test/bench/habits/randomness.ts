import { normalAt, uniformAt } from '../../../lib/series/seeded-noise.ts';

/** Random numbers one after the other, the same for the same seed. */
export interface Randomness {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A Poisson count of this mean. */
  poisson(mean: number): number;
  /** Student's t with a whole number of degrees of freedom; heavy-tailed for few. */
  student(degrees: number): number;
  /** Exponential of mean 1. */
  exponential(): number;
}

/** Above this mean a Poisson count is normal enough. */
const NORMAL_FROM = 50;

export function randomness(seed: number): Randomness {
  let next = 0;
  const draw = () => {
    next += 1;
    return next;
  };
  const uniform = () => uniformAt(seed, draw());
  const normal = () => normalAt(seed + 0x51ed, draw());
  return {
    uniform,
    normal,
    exponential: () => -Math.log(1 - uniform()),
    poisson(mean) {
      if (mean > NORMAL_FROM) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = uniform(); product > limit; product *= uniform()) count += 1;
      return count;
    },
    student(degrees) {
      let squares = 0;
      for (let index = 0; index < degrees; index += 1) squares += normal() ** 2;
      return normal() / Math.sqrt(squares / degrees);
    },
  };
}

/**
 * Autocorrelated noise of standard deviation 1, one number a call.
 *
 * @param correlation of neighbours; in [0, 1).
 */
export function correlatedNoise(random: Randomness, correlation: number): () => number {
  const fresh = Math.sqrt(1 - correlation ** 2);
  let value = random.normal();
  return () => {
    value = correlation * value + fresh * random.normal();
    return value;
  };
}
