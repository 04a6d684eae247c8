import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalAt, seedOf, uniformAt, wanderingAt } from '../../lib/series/seeded-noise.ts';

const COUNT = 4000;
const draws = (draw: (index: number) => number) => Array.from({ length: COUNT }, (_, index) => draw(index));
const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const varianceOf = (numbers: readonly number[]) =>
  meanOf(numbers.map((one) => one ** 2)) - meanOf(numbers) ** 2;
/** How alike the columns are, -1 to 1. */
const correlationOf = (some: readonly number[], others: readonly number[]) =>
  (meanOf(some.map((one, index) => one * others[index]!)) - meanOf(some) * meanOf(others)) /
  Math.sqrt(varianceOf(some) * varianceOf(others));

describe('uniform noise', () => {
  it('lies in [0, 1) and is the same each time, for any pair of integers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.maxSafeNat(), (seed, index) => {
        const value = uniformAt(seed, index);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
        expect(uniformAt(seed, index)).toBe(value);
      }),
    );
  });

  it('fills the interval evenly, without memory of the index before or of another seed', () => {
    const noise = draws((index) => uniformAt(3, index));
    expect(meanOf(noise)).toBeCloseTo(1 / 2, 1);
    expect(varianceOf(noise)).toBeCloseTo(1 / 12, 2);
    expect(Math.abs(correlationOf(noise.slice(1), noise.slice(0, -1)))).toBeLessThan(0.05);
    expect(
      Math.abs(
        correlationOf(
          noise,
          draws((index) => uniformAt(4, index)),
        ),
      ),
    ).toBeLessThan(0.05);
  });

  it('tells indices apart that differ beyond 32 bits alone', () => {
    expect(uniformAt(3, 7)).not.toBe(uniformAt(3, 7 + 2 ** 32));
  });

  it('stays what it was: simulated series and their tests rest on it', () => {
    expect([uniformAt(1, 0), uniformAt(1, 1), uniformAt(2, 5e9)]).toEqual([
      0.8346377951093018, 0.10576863656751812, 0.7439319037366658,
    ]);
  });
});

describe('normal noise', () => {
  it('has mean zero, variance one and tails on both sides, without memory', () => {
    const noise = draws((index) => normalAt(5, index));
    expect(meanOf(noise)).toBeCloseTo(0, 1);
    expect(varianceOf(noise)).toBeCloseTo(1, 1);
    const beyond = (bound: number) =>
      noise.filter((one) => one * Math.sign(bound) > Math.abs(bound)).length / COUNT;
    for (const side of [1, -1]) {
      expect(beyond(2 * side)).toBeGreaterThan(0.01);
      expect(beyond(2 * side)).toBeLessThan(0.04);
    }
    expect(Math.abs(correlationOf(noise.slice(1), noise.slice(0, -1)))).toBeLessThan(0.05);
    expect(noise.every(Number.isFinite)).toBe(true);
  });
});

describe('wandering noise', () => {
  const PERIOD_SECONDS = 3600;

  it('is normal noise at the multiples of its period', () => {
    for (const index of [0, 1, 7]) {
      expect(wanderingAt(5, index * PERIOD_SECONDS, PERIOD_SECONDS)).toBeCloseTo(normalAt(5, index), 12);
    }
  });

  it('goes from one to the next without a jump, and is as wide in between', () => {
    const times = draws((index) => index * 60);
    const noise = times.map((time) => wanderingAt(5, time, PERIOD_SECONDS));
    for (let index = 1; index < COUNT; index += 1)
      expect(Math.abs(noise[index]! - noise[index - 1]!)).toBeLessThan(0.25);
    const halfway = draws((index) => wanderingAt(5, (index + 0.5) * PERIOD_SECONDS, PERIOD_SECONDS));
    expect(varianceOf(halfway)).toBeCloseTo(1, 1);
    const between = (normalAt(5, 3) + normalAt(5, 4)) / Math.SQRT2;
    expect(halfway[3]).toBeCloseTo(between, 12);
  });

  it('follows the neighbour that is nearer', () => {
    const [before, after] = [normalAt(5, 3), normalAt(5, 4)];
    const near = wanderingAt(5, 3.1 * PERIOD_SECONDS, PERIOD_SECONDS);
    expect(Math.abs(near - before)).toBeLessThan(Math.abs(near - after));
  });
});

describe('the seed of a text', () => {
  it('is that of FNV-1a', () => {
    // Source: Noll, FNV test vectors, 32-bit FNV-1a of "", "a" and "foobar".
    expect([seedOf(''), seedOf('a'), seedOf('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });
});
