import { describe, expect, it } from 'vitest';
import { rarity, rarityWith } from '../../../lib/detector/rarity/rarity.ts';
import { VERSION_7 } from '../../../lib/detector/rarity/rules.ts';
import { EPOCH_SECONDS, type RarityState } from '../../../lib/detector/rarity/state.ts';
import type { Score } from '../../../lib/detector/score.ts';
import type { Baseline } from '../../../lib/series/band.ts';
import type { Sample } from '../../../lib/series/samples.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { type Shape, START_SECONDS, STEP_SECONDS, samplesOf } from '../seeded-series.ts';

const bare = { baseline: undefined, seasonalSkill: 1, threshold: 0, skipBand: true };

function scores(
  samples: readonly Sample[],
  state: RarityState = rarity.start(STEP_SECONDS),
  detector = rarity,
): (Score | undefined)[] {
  return samples.map((sample) => detector.step(state, sample, bare));
}
const learned = (samples: readonly Sample[]) => {
  const state = rarity.start(STEP_SECONDS);
  scores(samples, state);
  return state;
};
const copyOf = (state: RarityState) => rarity.decode(structuredClone(rarity.encode([state])))[0]!;
const nextOf = (samples: readonly Sample[], value: number, steps = 1): Sample => ({
  timeSeconds: samples.at(-1)!.timeSeconds + steps * STEP_SECONDS,
  value,
});
const shapes: readonly Shape[] = [
  'noise',
  'daily rhythm',
  'heavy tails',
  'counts',
  'sparse counts',
  'zero or one',
];

describe('the memory of a series', () => {
  it.each(shapes)('goes on from the store to the last bit: %s', (shape) => {
    const samples = samplesOf(shape, 3, 260);
    for (const cut of [0, 1, 7, 19, 120]) {
      const kept = learned(samples.slice(0, cut));
      const stored = copyOf(kept);
      expect(stored).toEqual(kept);
      const band = { ...bare, skipBand: false };
      for (const sample of samples.slice(cut, cut + 30))
        expect(rarity.step(stored, sample, band)).toEqual(rarity.step(kept, sample, band));
      expect(rarity.encode([stored])).toEqual(rarity.encode([kept]));
    }
  });

  it('is stored column by column, each series with its own step', () => {
    const states = [60, 300, 60].map((step, index) => {
      const state = rarity.start(step);
      scores(samplesOf(shapes[index]!, 5, 40 + 30 * index, step), state);
      return state;
    });
    const back = rarity.decode(structuredClone(rarity.encode(states)));
    expect(back).toEqual(states);
    expect(back[0]!.constants).toBe(back[2]!.constants);
    expect(rarity.decode(structuredClone(rarity.encode([])))).toEqual([]);
  });

  it('keeps its rules, whichever version wrote it', () => {
    const version7 = rarityWith(VERSION_7);
    const encoded = structuredClone(rarity.encode([learned(samplesOf('noise', 3, 50))]));
    expect(version7.decode(encoded)[0]!.constants.rules).toBe(VERSION_7);
    expect(rarity.decode(encoded)[0]!.constants.rules.jumpMemoryPoints).toBe(10);
  });

  it('of version 6 estimates the deviation by the variance, and knows no recent jump', () => {
    const state = learned(samplesOf('noise', 3, 200));
    const {
      deviationScale: _d,
      recentJump: _j,
      recentJumpAge: _a,
      ...older
    } = rarity.encode([state]) as Record<string, unknown>;
    const [back] = rarity.decode(structuredClone(older));
    expect(back!.deviationScale).toBeCloseTo(0.8 * Math.sqrt(state.variance), 12);
    expect([back!.recentJump, back!.recentJumpAge]).toEqual([0, 0]);
    expect(back).toEqual({ ...state, deviationScale: back!.deviationScale, recentJump: 0, recentJumpAge: 0 });
  });

  it('ignores what is not a number, late or a duplicate', () => {
    const samples = samplesOf('noise', 3, 60);
    const state = learned(samples);
    const before = structuredClone(rarity.encode([state]));
    for (const sample of [
      nextOf(samples, Number.NaN),
      nextOf(samples, Infinity),
      samples.at(-1)!,
      samples[3]!,
    ])
      expect(rarity.step(state, sample, bare)).toBeUndefined();
    expect(rarity.encode([state])).toEqual(before);
  });

  it('scores from the twenty-first sample on', () => {
    expect(scores(samplesOf('noise', 3, 22)).map((score) => score !== undefined)).toEqual([
      ...new Array<boolean>(20).fill(false),
      true,
      true,
    ]);
  });

  it('does not depend on unit, zero point or sign', () => {
    const samples = samplesOf('daily rhythm', 9, 240);
    const plain = scores(samples);
    for (const [factor, shift] of [
      [1024, 0],
      [1, 500],
      [-1, 0],
      [60, -1000],
    ] as const)
      scores(samples.map((sample) => ({ ...sample, value: factor * sample.value + shift }))).forEach(
        (score, index) => {
          const expected = plain[index];
          expect(score?.score ?? 0).toBeCloseTo(expected?.score ?? 0, 4);
          if (score === undefined || expected === undefined) return;
          const { channel, direction, observed, usual } = expected.evidence;
          expect(score.evidence.channel).toBe(channel);
          expect(score.evidence.direction).toBe(direction * Math.sign(factor) || 0);
          expect(score.evidence.observed).toBeCloseTo(factor * observed + shift, 6);
          expect(score.evidence.usual).toBeCloseTo(factor * usual + shift, 6);
        },
      );
  });

  it('has a confidence that grows to 1 in two days, and a ceiling of the score by its age', () => {
    const samples = samplesOf('noise', 3, 700);
    const all = scores(samples);
    expect(all[144]!.confidence).toBeCloseTo(144 / 576, 12);
    expect([all[576]!.confidence, all[699]!.confidence]).toEqual([1, 1]);
    // A record beyond all bounds after 100 steps: 10^1.4 times its share of a week.
    const state = learned(samples.slice(0, 100));
    const score = rarity.step(state, nextOf(samples.slice(0, 100), 1e6), bare)!;
    const ceiling = 1.4 + Math.log10((100 * STEP_SECONDS) / 604_800);
    expect([score.score, score.spikeScore]).toEqual([expect.closeTo(ceiling, 9), expect.closeTo(ceiling, 9)]);
  });

  it('learns nothing of a sample before it scores it, and less of a strong anomaly', () => {
    const samples = samplesOf('noise', 3, 800);
    const state = learned(samples);
    const before = state.histograms.weight * state.histograms.decay;
    const forgetting = state.constants.forgetting;
    const normal = copyOf(state);
    rarity.step(normal, nextOf(samples, 100), bare);
    expect(normal.histograms.weight * normal.histograms.decay).toBeCloseTo(before * (1 - forgetting) + 1, 9);
    const strong = copyOf(state);
    const { score } = rarity.step(strong, nextOf(samples, 130), bare)!;
    expect(score).toBeGreaterThanOrEqual(0.9);
    expect(strong.histograms.weight * strong.histograms.decay).toBeCloseTo(
      before * (1 - forgetting) + 0.25,
      9,
    );
  });

  it('begins to fill its histograms with the sixth sample', () => {
    const weights = [5, 6, 7].map((count) => learned(samplesOf('noise', 3, count)).histograms.weight > 0);
    expect(weights).toEqual([false, true, true]);
  });
});

describe('after a silence', () => {
  const samples = samplesOf('noise', 4, 600);

  it('of more than ten steps and a half the fast memory starts over, and the long one stays', () => {
    const short = learned([...samples, nextOf(samples, 103, 10)]);
    expect(short.windowLength).toBe(10);
    const long = learned([...samples, nextOf(samples, 103, 11)]);
    expect([long.windowLength, long.fastLevel, long.run]).toEqual([1, 103, 0]);
    expect(long.count).toBe(601);
    expect(Math.abs(long.mean - 100)).toBeLessThan(0.5);
  });

  it('the first sample is no jump, though it may be a record', () => {
    const jump = rarity.step(learned(samples), nextOf(samples, 112), bare)!;
    const back = rarity.step(learned(samples), nextOf(samples, 112, 50), bare)!;
    expect(jump.evidence.channel).toBe('fast');
    expect(back.evidence.channel).not.toBe('fast');
    expect(back.score).toBeLessThan(jump.score);
  });

  it('of four weeks there is no range to leave', () => {
    const range = (weeks: number) => {
      const state = learned(samples);
      const timeSeconds = samples.at(-1)!.timeSeconds + weeks * EPOCH_SECONDS;
      rarity.step(state, { timeSeconds, value: 100 }, bare);
      return [...state.highest].filter(Number.isFinite).length;
    };
    // The series began on a Monday, and epochs begin on Thursdays.
    expect([0.1, 1, 2, 3, 4, 40].map(range)).toEqual([1, 2, 2, 2, 1, 1]);
  });
});

describe('the seasonal part of a model', () => {
  const seasonalOf =
    (size: number) =>
    (timeSeconds: number): Baseline => {
      const seasonal = size * Math.sin((2 * Math.PI * timeSeconds) / 86_400);
      return { expected: seasonal, lower: seasonal - 1, upper: seasonal + 1, seasonal };
    };
  const table = seasonalOf(20);
  const samples = Array.from({ length: 600 }, (_, index) => {
    const timeSeconds = START_SECONDS + index * STEP_SECONDS;
    return { timeSeconds, value: 50 + table(timeSeconds).seasonal + normalAt(3, index) };
  });
  const run = (state: RarityState, part: readonly Sample[], baselineAt = table, seasonalSkill = 0.5) =>
    part.map((sample) =>
      rarity.step(state, sample, { ...bare, baseline: baselineAt(sample.timeSeconds), seasonalSkill }),
    );

  it('is subtracted when it explains more than a tenth', () => {
    const season = rarity.start(STEP_SECONDS);
    run(season, samples);
    expect(season.variance).toBeLessThan(2);
    expect(season.hasSeasonal).toBe(true);
    const weak = rarity.start(STEP_SECONDS);
    run(weak, samples, table, 0.1);
    expect(weak.hasSeasonal).toBe(false);
    expect(weak).toEqual(learned(samples));
  });

  it('restarts the fast memory when it comes or goes', () => {
    const state = learned(samples.slice(0, 300));
    run(state, samples.slice(300, 301));
    expect([state.windowLength, state.hasSeasonal]).toEqual([1, true]);
    scores(samples.slice(301, 302), state);
    expect([state.windowLength, state.hasSeasonal]).toEqual([1, false]);
  });

  it('of a new model moves what is held without the season, by how much the season did', () => {
    const state = rarity.start(STEP_SECONDS);
    run(state, samples.slice(0, 400));
    const before = copyOf(state);
    const other = seasonalOf(26);
    rarity.adoptBaseline(state, other);
    const { timeSeconds } = samples[399]!;
    const shift = table(timeSeconds).seasonal - other(timeSeconds).seasonal;
    expect(Math.abs(shift)).toBeGreaterThan(0.5);
    expect(state.lastSeasonal).toBeCloseTo(other(timeSeconds).seasonal, 9);
    expect(state.lastAdjusted - before.lastAdjusted).toBeCloseTo(shift, 9);
    expect(state.fastLevel - before.fastLevel).toBeCloseTo(shift, 9);
    state.window.forEach((value, index) => {
      expect(value - before.window[index]!).toBeCloseTo(shift, 9);
    });
    expect([state.mean, state.variance]).toEqual([before.mean, before.variance]);
    // A series that uses no season has nothing to move.
    const plain = learned(samples.slice(0, 50));
    const kept = copyOf(plain);
    rarity.adoptBaseline(plain, other);
    expect(plain).toEqual(kept);
  });
});
