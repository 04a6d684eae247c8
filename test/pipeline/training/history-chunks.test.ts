import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyChunks } from '../../../lib/pipeline/training/history-chunks.ts';

const window = { startSeconds: 0, endSeconds: 86_400 };

describe('history chunks', () => {
  it('are one query when the window fits, its end excluded', () => {
    expect(historyChunks(window, 300, 300, 2000)).toEqual([{ startSeconds: 0, endSeconds: 86_100 }]);
  });

  it('cut a longer window into whole buckets', () => {
    expect(historyChunks(window, 60, 300, 600)).toEqual([
      { startSeconds: 0, endSeconds: 35_940 },
      { startSeconds: 36_000, endSeconds: 71_940 },
      { startSeconds: 72_000, endSeconds: 86_340 },
    ]);
  });

  it('ask for every step of the window once, in order, within the limit, and never cut a bucket in two', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 20, max: 300 }),
        (stepSeconds, bucketSeconds, buckets, firstBucket, mostPoints) => {
          const startSeconds = firstBucket * bucketSeconds;
          const endSeconds = startSeconds + buckets * bucketSeconds;
          const chunks = historyChunks({ startSeconds, endSeconds }, stepSeconds, bucketSeconds, mostPoints);
          const asked = chunks.flatMap((chunk) => stepsOf(chunk.startSeconds, chunk.endSeconds, stepSeconds));
          const first = Math.ceil(startSeconds / stepSeconds) * stepSeconds;
          expect(asked).toEqual(stepsOf(first, endSeconds - 1, stepSeconds));
          const pointsOfBucket = Math.ceil(bucketSeconds / stepSeconds);
          for (const chunk of chunks) {
            const points = (chunk.endSeconds - chunk.startSeconds) / stepSeconds + 1;
            expect(points).toBeLessThanOrEqual(Math.max(mostPoints, pointsOfBucket));
          }
          const bucketsOf = chunks.map(
            (chunk) =>
              new Set(
                stepsOf(chunk.startSeconds, chunk.endSeconds, stepSeconds).map((step) =>
                  Math.floor(step / bucketSeconds),
                ),
              ),
          );
          const union = new Set(bucketsOf.flatMap((set) => [...set]));
          expect(bucketsOf.reduce((sum, set) => sum + set.size, 0)).toBe(union.size);
        },
      ),
      { numRuns: 200 },
    );
  });
});

function stepsOf(startSeconds: number, endSeconds: number, stepSeconds: number): number[] {
  const steps: number[] = [];
  for (let time = startSeconds; time <= endSeconds; time += stepSeconds) steps.push(time);
  return steps;
}
