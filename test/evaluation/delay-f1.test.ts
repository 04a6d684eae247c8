import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestDelayF1 } from '../../lib/evaluation/delay-f1.ts';

const labels = [0, 0, 1, 1, 1, 1, 0, 0, 1, 0];

describe('bestDelayF1', () => {
  it('counts a run wholly as found when its first points are in time', () => {
    // Delay 1: the run 2..5 by its point 3 (4 points), the run 8 at .2; one false positive at point 0 of score .5.
    const scores = [0.5, 0, 0, 0.9, 0, 0, 0, 0, 0.2, 0];
    // At .9: TP 4, FP 0, FN 1: 8/9. At .5: 8/10. At .2: TP 5, FP 1: 10/11, the best.
    expect(bestDelayF1([{ scores, labels }], 1)).toEqual({
      f1: 10 / 11,
      precision: 5 / 6,
      recall: 1,
      threshold: 0.2,
    });
  });

  it('counts a run wholly as missed when the anomaly comes later than the tolerated delay', () => {
    const scores = [0, 0, 0, 0, 0.9, 0, 0, 0, 0.8, 0];
    // Delay 1: point 4 is 2 late and adds nothing, false positive neither: TP 1, FN 4: 2/6. At 0: TP 5, FP 5: 10/15.
    expect(bestDelayF1([{ scores, labels }], 1).f1).toBe(10 / 15);
    expect(bestDelayF1([{ scores, labels }], 2).f1).toBe(1);
  });

  it('tolerates 7 points by default', () => {
    const run = Uint8Array.from({ length: 30 }, (_, index) => (index >= 5 ? 1 : 0));
    const at = (point: number) =>
      Float64Array.from({ length: 30 }, (_, index) => (index === point ? 1 : Number.NaN));
    expect(bestDelayF1([{ scores: at(12), labels: run }]).f1).toBe(1);
    expect(bestDelayF1([{ scores: at(13), labels: run }]).f1).toBe(0);
  });

  it('pools series at one threshold', () => {
    const quiet = { scores: [0.1, 0.4], labels: [0, 1] };
    const loud = { scores: [0.6, 0.9], labels: [0, 1] };
    // At .9: 2/3 of F1 (TP 1, FN 1); at .6: TP 1, FP 1, FN 1: 1/2; at .4: TP 2, FP 1: 4/5, the best.
    expect(bestDelayF1([quiet, loud])).toMatchObject({ f1: 0.8, threshold: 0.4 });
  });

  it('gives 0 when nothing is labelled or nothing was scored', () => {
    expect(bestDelayF1([{ scores: [1, 2], labels: [0, 0] }]).f1).toBe(0);
    expect(bestDelayF1([{ scores: [Number.NaN, Number.NaN], labels: [1, 0] }])).toEqual({
      f1: 0,
      precision: 0,
      recall: 0,
      threshold: Infinity,
    });
  });

  it('gives the oracle 1, and a constant score the F1 of calling everything anomalous', () => {
    const series = fc.array(fc.boolean(), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(series, (flags) => {
        const marks = flags.map(Number);
        const positives = marks.reduce((sum, mark) => sum + mark, 0);
        fc.pre(positives > 0);
        expect(bestDelayF1([{ scores: marks, labels: marks }]).f1).toBe(1);
        const constant = marks.map(() => 3);
        expect(bestDelayF1([{ scores: constant, labels: marks }]).f1).toBeCloseTo(
          (2 * positives) / (marks.length + positives),
          12,
        );
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});
