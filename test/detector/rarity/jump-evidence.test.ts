import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startSeries } from '../../../lib/detector/monitor-series.ts';
import { jumpEvidence, jumpEvidenceSlope, rememberJump } from '../../../lib/detector/rarity/jump-evidence.ts';
import { whitenessOf } from '../../../lib/detector/rarity/noise-class.ts';
import { rarity, rarityWith } from '../../../lib/detector/rarity/rarity.ts';
import { VERSION_7 } from '../../../lib/detector/rarity/rules.ts';
import { emptyState } from '../../../lib/detector/rarity/state.ts';
import { stepConstants } from '../../../lib/detector/rarity/step-constants.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { feed, monitorOf } from '../monitoring.ts';
import { START_SECONDS } from '../seeded-series.ts';

const sizes = fc.double({ min: 0, max: 100, noNaN: true });

describe('the jump evidence', () => {
  it.each([
    [0, -2],
    [1.4, -2],
    [4.9, -0.954],
    [14.9, 0],
    [300, 0],
    [-4.9, -0.954],
  ])('of a jump of %f usual ones is %f decades', (size, expected) => {
    expect(jumpEvidence(size)).toBeCloseTo(expected, 3);
  });

  it('never falls as the jump grows, and is continuous', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 0.01, noNaN: true }), (size, more) => {
        const grown = jumpEvidence(size + more) - jumpEvidence(size);
        expect(grown).toBeGreaterThanOrEqual(0);
        expect(grown).toBeLessThan(0.01);
      }),
    );
  });

  it('has the slope that it grows by', () => {
    for (const size of [0.5, 1.3, 1.5, 3, 8, 14, 16, 100]) {
      const octaves = 1e-6;
      const grown = jumpEvidence(size * 2 ** octaves) - jumpEvidence(size);
      expect(jumpEvidenceSlope(size)).toBeCloseTo(grown / octaves, 4);
    }
  });
});

describe('the jump to a shifted level', () => {
  it('is remembered for ten points, or until a larger one comes', () => {
    const state = emptyState(stepConstants(60));
    const remembered = [30, ...new Array<number>(12).fill(-1)].map((innovation) => {
      rememberJump(state, innovation);
      return state.recentJump;
    });
    expect(remembered).toEqual([...new Array<number>(11).fill(30), 1, 1]);
    rememberJump(state, -40);
    expect(state.recentJump).toBe(40);
  });

  it('makes the tenth point of a shifted level at least ten times rarer than its own jump would', () => {
    const scores = [rarity, rarityWith(VERSION_7)].map((detector) => {
      const monitor = { ...monitorOf(detector, {}, 60), skipBand: true };
      const state = startSeries(monitor);
      const shifted = Array.from({ length: 3 * 1440 + 10 }, (_, index) => ({
        timeSeconds: START_SECONDS + index * 60,
        value: 100 + normalAt(7, index) + (index >= 3 * 1440 ? 20 : 0),
      }));
      return feed(monitor, state, shifted, () => undefined).at(-1)!.verdict.score!;
    });
    expect(scores[0]! - scores[1]!).toBeGreaterThan(1);
  });
});

describe('what follows from the step', () => {
  it('weighs a shifted level by its jump in full up to a minute, and not at all from five minutes on', () => {
    const shares = [10, 60, 150, 300, 3600].map((stepSeconds) => stepConstants(stepSeconds).levelJumpShare);
    expect(shares.map((share) => Number(share.toFixed(2)))).toEqual([1, 1, 0.43, 0, 0]);
  });

  it('raises the bar in full for independent points at a minute, and for none that hang together', () => {
    expect([1.1, 0.875, 0.6875, 0.5, 0.3].map((ratio) => whitenessOf(ratio, 1))).toEqual([1, 1, 0.5, 0, 0]);
    expect([60, 600, 3600].map((step) => stepConstants(step).noisePenalty)).toEqual([1, 0, 0]);
  });
});
