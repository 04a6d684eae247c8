import { describe, expect, it } from 'vitest';
import { expectedPrecision } from '../../lib/evaluation/expected-precision.ts';

describe('expectedPrecision', () => {
  it('is the share of real alerts at a stated rate of incidents, computed by hand', () => {
    // 4 incidents a week, of which 3 are found, and 1 false alert: 3 of 4 alerts are real.
    expect(expectedPrecision(0.75, 1, 4)).toBe(0.75);
    // One in two weeks, always found, among 2 false alerts a week: 0.5 of 2.5.
    expect(expectedPrecision(1, 2, 0.5)).toBe(0.2);
  });

  it('is certain without false alerts, nothing without a find, and unknown in silence', () => {
    expect(expectedPrecision(0.1, 0, 1)).toBe(1);
    expect(expectedPrecision(0, 3, 1)).toBe(0);
    expect(expectedPrecision(0, 0, 1)).toBeNull();
  });
});
