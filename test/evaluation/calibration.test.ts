import { describe, expect, it } from 'vitest';
import { calibrationOf } from '../../lib/evaluation/calibration.ts';

describe('calibrationOf', () => {
  it('compares the rate that came with the rate that was asked for', () => {
    expect(calibrationOf(6, 20, 0.2)).toEqual({
      nominalPerWeek: 0.2,
      realizedPerWeek: 0.3,
      ratio: expect.closeTo(1.5, 12),
    });
  });

  it('gives silence a ratio of 0, also over no time at all', () => {
    expect(calibrationOf(0, 10, 1).ratio).toBe(0);
    expect(calibrationOf(0, 0, 1).ratio).toBe(0);
  });
});
