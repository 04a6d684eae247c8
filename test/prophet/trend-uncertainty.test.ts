import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandHalfWidth, bandTableOf, trendVariance } from '../../lib/prophet/trend-uncertainty.ts';
import { normalFrom, seededRandom } from './synthetic.ts';

/** The half-width by simulation of what the closed form describes. */
function simulated(sigma: number, rate: number, scale: number, horizon: number, level: number): number {
  const random = seededRandom(11);
  const draws = Float64Array.from({ length: 40_000 }, () => {
    let total = sigma * normalFrom(random);
    let arrival = -Math.log(1 - random()) / rate;
    while (arrival < horizon) {
      const laplace = scale * Math.log((1 - random()) / (1 - random()));
      total += laplace * (horizon - arrival);
      arrival += -Math.log(1 - random()) / rate;
    }
    return Math.abs(total);
  }).sort();
  return draws[Math.floor(level * draws.length)]!;
}

describe('the band of the future', () => {
  it.each([
    ['noise alone', 0.1, 25, 1e-8, 0.5, 0.8],
    ['few changes', 0.01, 25, 0.3, 0.02, 0.8],
    ['one change at most', 0.001, 25, 0.5, 0.05, 0.95],
    ['trend alone', 1e-4, 25, 0.2, 1, 0.8],
    ['many changes, far ahead', 0.05, 60, 0.1, 3, 0.99],
  ])('is that of a simulation: %s', (_, sigma, rate, scale, horizon, level) => {
    const parameters = { sigma, changepointRate: rate, slopeChangeScale: scale };
    const ours = bandHalfWidth(parameters, bandTableOf(parameters, level), horizon, 1);
    expect(Math.abs(ours / simulated(sigma, rate, scale, horizon, level) - 1)).toBeLessThan(0.03);
  });

  it('is the Gaussian quantile inside the history', () => {
    const parameters = { sigma: 0.2, changepointRate: 25, slopeChangeScale: 0.1 };
    expect(bandHalfWidth(parameters, bandTableOf(parameters, 0.95), -0.3, 1)).toBeCloseTo(0.2 * 1.959964, 4);
    expect(trendVariance(parameters, -0.3)).toBe(0);
  });

  it('is positive, finite and never narrower further ahead, the error of its table aside', () => {
    const magnitude = fc.double({ min: -8, max: 0, noNaN: true }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(magnitude, magnitude, fc.integer({ min: 0, max: 80 }), (sigma, scale, rate) => {
        const parameters = { sigma, changepointRate: rate, slopeChangeScale: scale };
        const table = bandTableOf(parameters, 0.9);
        let before = 0;
        for (let horizon = 0.0001; horizon < 4; horizon *= 1.5) {
          const half = bandHalfWidth(parameters, table, horizon, 1);
          expect(Number.isFinite(half)).toBe(true);
          expect(half).toBeGreaterThanOrEqual(before * (1 - 0.03));
          before = half;
        }
        expect(before).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});
