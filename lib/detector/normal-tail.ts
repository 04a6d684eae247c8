/**
 * -log10 of the two-sided tail probability of a standard normal |z|; 0 at 0.
 *
 * Source: Komatu 1955 and Pollak 1956, bounds of Mills' ratio: tail(z) = density(z) * 4 / (3 z + sqrt(z^2 + 8)), relative error
 * below 3% in the body and vanishing in the tail.
 */
export function normalSurprise(z: number): number {
  const logDensity = -(z * z) / 2 - 0.5 * Math.log(2 * Math.PI);
  const mills = 4 / (3 * z + Math.sqrt(z * z + 8));
  return Math.max(0, -(logDensity + Math.log(2 * mills)) / Math.LN10);
}

/** Beyond 40 standard deviations no double holds the probability's logarithm's meaning. */
const MOST_Z = 40;
/** Halvings of [0, 40]: to 1e-9. */
const HALVINGS = 36;

/** The |z| whose {@link normalSurprise} is the given one, 0 to 40. */
export function normalQuantile(surprise: number): number {
  let low = 0;
  let high = MOST_Z;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (normalSurprise(middle) < surprise) low = middle;
    else high = middle;
  }
  return high;
}
