import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault, FaultWindow } from '../../../lib/evaluation/faults/fault.ts';
import { faultNames, faults } from '../../../lib/evaluation/faults/registry.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const windows = fc
  .record({
    values: fc.array(finite, { minLength: 1, maxLength: 200 }),
    previous: finite,
    noise: fc.double({ noNaN: true, min: 1e-3, max: 1e3 }),
    size: fc.double({ noNaN: true, min: 0.1, max: 100 }),
    seed: fc.nat(),
    peak: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ values, peak, ...rest }): FaultWindow => {
    const length = values.length;
    return {
      ...rest,
      values: Float64Array.from(values),
      timesSeconds: Float64Array.from({ length }, (_, index) => 60 * index),
      peakHeights: new Float64Array(length).fill(peak),
    };
  });

/** The change of each value, to a millionth of the largest number in play. */
function changes(fault: Fault, window: FaultWindow): Float64Array {
  return fault.inject(window).map((value, index) => value - window.values[index]!);
}

const close = (value: number) => expect.closeTo(value, 5);

describe.each(faultNames)('the fault %s', (name) => {
  const fault: Fault = faults[name];

  it('gives a value a sample, the same for the same seed, and leaves the real ones as they are', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const before = window.values.slice();
        const injected = fault.inject(window);
        expect(injected).toHaveLength(before.length);
        expect(window.values).toEqual(before);
        expect(fault.inject(window)).toEqual(injected);
      }),
    );
  });

  it('has three sizes, each at least as large and as long as the one before, that are told apart in words', () => {
    const [small, medium, large] = fault.sizes;
    for (const [less, more] of [
      [small, medium],
      [medium, large],
    ] as const) {
      expect(more.size).toBeGreaterThanOrEqual(less.size);
      expect(more.durationSeconds).toBeGreaterThanOrEqual(less.durationSeconds);
    }
    expect(new Set(fault.sizes.map((size) => fault.sizeLabel(size))).size).toBe(3);
  });

  it('commutes with a change of the unit', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const doubled: FaultWindow = {
          ...window,
          values: window.values.map((value) => 2 * value),
          previous: 2 * window.previous,
          noise: 2 * window.noise,
          peakHeights: window.peakHeights.map((height) => 2 * height),
        };
        // Doubling is exact in binary arithmetic.
        expect(fault.inject(doubled)).toEqual(fault.inject(window).map((value) => 2 * value));
      }),
    );
  });
});

describe('the size of a fault', () => {
  it.each([
    ['spike', 1],
    ['dip', -1],
    ['level-shift-up', 1],
    ['level-shift-down', -1],
  ] as const)('moves every sample of a %s by the size in units of the noise', (name, sign) => {
    fc.assert(
      fc.property(windows, (window) => {
        const wanted = sign * window.size * window.noise;
        expect([...changes(faults[name], window)]).toEqual(Array.from(window.values, () => close(wanted)));
      }),
    );
  });

  it('is reached by a ramp at its last sample, by even steps', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const change = changes(faults.ramp, window);
        const step = (window.size * window.noise) / change.length;
        expect([...change]).toEqual(Array.from(change, (_, index) => close(step * (index + 1))));
      }),
    );
  });

  it('is the standard deviation of what a variance burst adds', () => {
    const length = 20_000;
    const window: FaultWindow = {
      timesSeconds: new Float64Array(length),
      values: new Float64Array(length),
      previous: 0,
      noise: 3,
      peakHeights: new Float64Array(length),
      size: 4,
      seed: 5,
    };
    const added = faults['variance-burst'].inject(window);
    const variance = added.reduce((sum, value) => sum + value * value, 0) / length;
    // The standard error of a standard deviation of 12 over 20,000 samples is .06.
    expect(Math.abs(Math.sqrt(variance) - 12)).toBeLessThan(0.3);
    expect(faults['variance-burst'].inject({ ...window, seed: 6 })).not.toEqual(added);
  });

  it('is the share that a missing daily peak takes from what stands above the median', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const wanted = window.peakHeights.map((height) => -window.size * height);
        expect([...changes(faults['missing-daily-peak'], window)]).toEqual(Array.from(wanted, close));
      }),
    );
  });
});

describe('the words for a size', () => {
  it('are its multiple of the noise, its share of the peak, or its duration', () => {
    const labels = (name: (typeof faultNames)[number]) =>
      faults[name].sizes.map((size) => (faults[name] as Fault).sizeLabel(size));
    expect(labels('spike')).toEqual(['5 × noise', '10 × noise', '20 × noise']);
    expect(labels('flatline')).toEqual(['30 min', '2 h', '6 h']);
    expect(labels('gap')).toEqual(['5 min', '1 h', '6 h']);
    expect(labels('missing-daily-peak').every((label) => /^\d+%/.test(label))).toBe(true);
  });
});

describe('faults of no size', () => {
  it('repeat the value before, are zero, or are no samples at all', () => {
    fc.assert(
      fc.property(windows, (window) => {
        expect(new Set(faults.flatline.inject(window))).toEqual(new Set([window.previous]));
        expect(new Set(faults.outage.inject(window))).toEqual(new Set([0]));
        expect(new Set(faults.gap.inject(window))).toEqual(new Set([Number.NaN]));
      }),
    );
  });
});
