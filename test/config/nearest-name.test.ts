import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../lib/config/nearest-name.ts';

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['teh', 'the', 1],
    ['ca', 'abc', 3],
  ])('from %j to %j is %d', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is symmetric, zero only for equal texts, and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (from, to) => {
        const distance = editDistance(from, to);
        expect(editDistance(to, from)).toBe(distance);
        expect(distance === 0).toBe(from === to);
        expect(distance).toBeLessThanOrEqual(Math.max(from.length, to.length));
      }),
    );
  });
});

describe('the nearest name', () => {
  const keys = ['interval', 'step', 'evaluationDelay', 'maximumCatchUp', 'shards', 'latency'];

  it.each([
    ['intervall', 'interval'],
    ['evaluation_delay', 'evaluationDelay'],
    ['maximum-catch-up', 'maximumCatchUp'],
    ['Shard', 'shards'],
    ['setp', 'step'],
    ['latancy', 'latency'],
    ['evaluation', 'evaluationDelay'],
  ])('for %j is %j', (typo, meant) => {
    expect(nearestName(typo, keys)).toBe(meant);
  });

  it.each(['colour', 'x', 'replicas'])('for %j is none', (other) => {
    expect(nearestName(other, keys)).toBeUndefined();
  });
});
