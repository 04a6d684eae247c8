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

  it.each([
    ['a noisy series', Array.from({ length: 500 }, (_, row) => Math.sin(row * row))],
    ['a series that is nearly always zero', Array<number>(500).fill(0)],
  ])('counts the outliers of %s', (_, values) => {
    const withSpikes = values.map((value, row) => (row % 100 === 7 ? 1000 : value));
    expect(judgeQuality(every60(withSpikes), 60).outlierShare).toBeCloseTo(0.01, 10);
  });

  it('tells a counter by its climb and counts its resets', () => {
    const random = seededRandom(2);
    let total = 0;
    const counter = Array.from({ length: 1000 }, (_, row) => {
      total = row % 400 === 399 ? 0 : total + Math.floor(10 * random());
      return total;
    });
    expect(judgeQuality(every60(counter), 60)).toMatchObject({ looksLikeCounter: true, counterResets: 2 });
  });

  it('answers for a series without samples', () => {
    const report = judgeQuality(every60([]), 60);
    expect(report).toMatchObject({ samples: 0, completeness: 0, outlierShare: 0, looksLikeCounter: false });
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
