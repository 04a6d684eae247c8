import { describe, expect, it } from 'vitest';
import { excludeWindows } from '../../lib/series/exclusion.ts';
import { findGaps } from '../../lib/series/gaps.ts';
import { judgeQuality } from '../../lib/series/quality.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { keepRows, seededRandom, syntheticSeries } from '../prophet/synthetic.ts';

function every60(values: readonly number[]): Samples {
  return { timesSeconds: Float64Array.from(values, (_, row) => row * 60), values: Float64Array.from(values) };
}

describe('findGaps', () => {
  it('names each stretch without samples and how many are missing', () => {
    const samples = keepRows(
      every60(Array.from({ length: 20 }, (_, row) => row)),
      (row) => row < 5 || row > 8,
    );
    expect(findGaps(samples, 60)).toEqual([{ startSeconds: 240, endSeconds: 540, missingSamples: 4 }]);
  });

  it('takes a distance of one and a half steps for jitter, and more for a gap', () => {
    const gapsAt = (distance: number) =>
      findGaps({ timesSeconds: Float64Array.of(0, distance), values: new Float64Array(2) }, 60);
    expect(gapsAt(90)).toEqual([]);
    expect(gapsAt(91)).toHaveLength(1);
  });

  it('does not take jitter for a gap', () => {
    expect(findGaps({ timesSeconds: Float64Array.of(0, 80, 121), values: new Float64Array(3) }, 60)).toEqual(
      [],
    );
  });
});

describe('judgeQuality', () => {
  it('finds nothing to complain of in a complete, lively series', () => {
    const report = judgeQuality(syntheticSeries(), 300);
    expect(report).toMatchObject({
      completeness: 1,
      gaps: 0,
      longestGapSeconds: 0,
      constantStretches: 0,
      outlierShare: 0,
    });
    expect(report.looksLikeCounter).toBe(false);
  });

  it('measures completeness and the longest gap', () => {
    const half = keepRows(syntheticSeries({ days: 4 }), (row) => row < 288 || row >= 864);
    const report = judgeQuality(half, 300);
    expect(report.completeness).toBeCloseTo(0.5, 10);
    expect(report.gaps).toBe(1);
    expect(report.longestGapSeconds).toBe(2 * 86_400 + 300);
  });

  it('finds constant stretches, but not the short runs of a rounded metric', () => {
    const values = [...Array(11).fill(1), 2, ...Array(30).fill(7), 3];
    const report = judgeQuality(every60(values), 60);
    expect(report).toMatchObject({ constantStretches: 1, longestConstantSeconds: 29 * 60 });
    expect(report.constantShare).toBeCloseTo(30 / 43, 10);
  });

  it.each([11, 12])('takes a run of %i equal values for a stretch from 12 on', (length) => {
    const values = [...Array.from({ length: 5 }, (_, row) => row), ...Array(length).fill(9)];
    const report = judgeQuality(every60(values), 60);
    expect(report).toMatchObject({
      constantStretches: length >= 12 ? 1 : 0,
      longestConstantSeconds: length >= 12 ? 11 * 60 : 0,
    });
  });

  it('calls an outlier what is beyond 3.5 by the modified z-score, on either side', () => {
    // Deviations from the median 0 are 1 for all but one: sigma is 1.4826.
    const near = Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? 1 : -1));
    const around = (far: number) => [...near, 0, 0, far];
    const limit = 3.5 * 1.4826;
    const outliers = (far: number) => judgeQuality(every60(around(far)), 60).outlierShare * 43;
    expect(outliers(-limit + 0.01)).toBe(0);
    expect(outliers(-limit - 0.01)).toBeCloseTo(1, 10);
    expect(outliers(limit + 1)).toBeCloseTo(1, 10);
  });

  it('finds no outlier in a constant series, nor in one of a few small steps from it', () => {
    expect(judgeQuality(every60(Array(50).fill(5)), 60).outlierShare).toBe(0);
    // Nearly always 5: the mean deviation takes the median's place, and 3.5 of it is above the one step in four.
    const steps = Array.from({ length: 100 }, (_, row) => (row % 3 === 0 ? 6 : 5));
    expect(judgeQuality(every60(steps), 60).outlierShare).toBe(0);
  });

  it.each([
    ['a noisy series', Array.from({ length: 500 }, (_, row) => Math.sin(row * row))],
    ['a series that is nearly always zero', Array<number>(500).fill(0)],
  ])('counts the outliers of %s', (_, values) => {
    const withSpikes = values.map((value, row) => (row % 100 === 7 ? 1000 : value));
    expect(judgeQuality(every60(withSpikes), 60).outlierShare).toBeCloseTo(0.01, 10);
  });

  it('recognizes a counter by its climb and counts its resets', () => {
    const random = seededRandom(2);
    let total = 0;
    const counter = Array.from({ length: 1000 }, (_, row) => {
      total = row % 400 === 399 ? 0 : total + Math.floor(10 * random());
      return total;
    });
    expect(judgeQuality(every60(counter), 60)).toMatchObject({ looksLikeCounter: true, counterResets: 2 });
  });

  it('takes for a counter what rises at half of its steps, hardly falls and is never negative', () => {
    const looks = (values: readonly number[]) => judgeQuality(every60(values), 60).looksLikeCounter;
    const rising = (count: number) => Array.from({ length: count }, (_, row) => Math.ceil(row / 2));
    // 50 of 100 steps rise.
    expect(looks(rising(101))).toBe(true);
    expect(looks(rising(101).map((value) => Math.floor(value / 2)))).toBe(false);
    expect(looks(rising(101).map((value) => value - 1))).toBe(false);
    // Of 100 steps some fall by 4, the others rise by 1.
    const climb = (resets: number) =>
      Array.from({ length: 101 }, (_, row) => row - 5 * Math.min(resets, Math.floor(row / 25)));
    expect([0, 2, 3].map((resets) => looks(climb(resets)))).toEqual([true, true, false]);
    expect(judgeQuality(every60(climb(2)), 60).counterResets).toBe(2);
    expect(judgeQuality(every60(climb(3)), 60).counterResets).toBe(0);
  });

  it('answers for a series without samples', () => {
    expect(judgeQuality(every60([]), 60)).toEqual({
      samples: 0,
      completeness: 0,
      gaps: 0,
      longestGapSeconds: 0,
      constantStretches: 0,
      longestConstantSeconds: 0,
      constantShare: 0,
      outlierShare: 0,
      counterResets: 0,
      looksLikeCounter: false,
    });
  });
});

describe('excludeWindows', () => {
  it('leaves out the samples inside, start included and end excluded, in overlapping windows too', () => {
    const kept = excludeWindows(every60([0, 1, 2, 3, 4, 5]), [
      { startSeconds: 60, endSeconds: 180 },
      { startSeconds: 120, endSeconds: 240 },
    ]);
    expect([...kept.values]).toEqual([0, 4, 5]);
    expect([...kept.timesSeconds]).toEqual([0, 240, 300]);
  });

  it('changes nothing without windows', () => {
    const samples = every60([1, 2]);
    expect(excludeWindows(samples, [])).toBe(samples);
  });
});
