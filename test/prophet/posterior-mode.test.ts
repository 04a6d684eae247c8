import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logPosterior, type ProphetParameters } from '../../lib/prophet/log-posterior.ts';
import { findPosteriorMode } from '../../lib/prophet/posterior-mode.ts';
import type { StanProblem } from '../../lib/prophet/stan-problem.ts';
import { normalFrom, seededRandom } from './synthetic.ts';

interface ProblemShape {
  readonly rowCount?: number;
  readonly harmonics?: number;
  readonly changepoints?: number;
  readonly growth?: StanProblem['growth'];
  /** By feature, in turn. */
  readonly priorScales?: readonly number[];
  readonly value: (time: number, row: number) => number;
}

function problemOf({
  rowCount = 600,
  harmonics = 3,
  changepoints = 25,
  growth = 'linear',
  priorScales = [10],
  value,
}: ProblemShape): StanProblem {
  const featureCount = 2 * harmonics;
  const times = Float64Array.from({ length: rowCount }, (_, row) => row / (rowCount - 1));
  const features = new Float64Array(rowCount * featureCount);
  times.forEach((time, row) => {
    for (let harmonic = 0; harmonic < harmonics; harmonic += 1) {
      const angle = 2 * Math.PI * 14 * (harmonic + 1) * time;
      features[row * featureCount + 2 * harmonic] = Math.sin(angle);
      features[row * featureCount + 2 * harmonic + 1] = Math.cos(angle);
    }
  });
  return {
    growth,
    rowCount,
    featureCount,
    values: times.map(value),
    times,
    changepoints: Float64Array.from(
      { length: changepoints },
      (_, index) => (0.8 * (index + 1)) / changepoints,
    ),
    features,
    multiplicative: new Uint8Array(featureCount),
    priorScales: Float64Array.from(
      { length: featureCount },
      (_, feature) => priorScales[feature % priorScales.length]!,
    ),
    changepointPriorScale: 0.05,
    capacities: new Float64Array(rowCount),
  };
}

function randomWalk(seed: number, step: number): (time: number) => number {
  const random = seededRandom(seed);
  let level = 0.5;
  return (time) => {
    level += step * normalFrom(random);
    return level + 0.2 * Math.sin(2 * Math.PI * 14 * time);
  };
}

function nudged(parameters: ProphetParameters, random: () => number, size: number): ProphetParameters {
  const nudge = (value: number): number => value + size * normalFrom(random);
  return {
    slope: nudge(parameters.slope),
    offset: nudge(parameters.offset),
    slopeChanges: parameters.slopeChanges.map((change) => (random() < 0.3 ? nudge(change) : change)),
    coefficients: parameters.coefficients.map(nudge),
    sigma: parameters.sigma * Math.exp(size * normalFrom(random)),
  };
}

describe('findPosteriorMode', () => {
  it('finds a point that no step in any direction improves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1e-3, 0.01, 0.1), (seed, step) => {
        const problem = problemOf({ rowCount: 300, value: randomWalk(seed, step) });
        const mode = findPosteriorMode(problem);
        const best = logPosterior(problem, mode);
        const random = seededRandom(seed);
        for (const size of [1e-5, 1e-3, 0.1]) {
          for (let attempt = 0; attempt < 10; attempt += 1) {
            expect(logPosterior(problem, nudged(mode, random, size))).toBeLessThanOrEqual(
              best + 1e-9 * Math.abs(best),
            );
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('draws each coefficient towards zero as the normal prior of its own scale does', () => {
    const priorScales = [0.05, 0.2, 1];
    const random = seededRandom(7);
    const noise = () => 0.5 * normalFrom(random);
    const problem = problemOf({
      priorScales,
      value: (time) => Math.sin(2 * Math.PI * 14 * time) + Math.cos(2 * Math.PI * 28 * time) + noise(),
    });
    const { trend, coefficients, sigma } = findPosteriorMode(problem);
    const { rowCount, featureCount, features, values } = problem;
    const cell = (row: number, feature: number) => features[row * featureCount + feature]!;
    const residuals = values.map((value, row) => {
      const seasonal = coefficients.reduce((sum, beta, feature) => sum + beta * cell(row, feature), 0);
      return value - trend[row]! - seasonal;
    });
    // Where the density is highest, what the data still pull is what the prior N(0, scale) holds: beta / scale^2.
    for (let feature = 0; feature < featureCount; feature += 1) {
      let pull = 0;
      for (let row = 0; row < rowCount; row += 1) pull += cell(row, feature) * residuals[row]!;
      const held = coefficients[feature]! / priorScales[feature % priorScales.length]! ** 2;
      expect(pull / sigma ** 2, `feature ${feature}`).toBeCloseTo(held, 4);
    }
  });

  it('meets the optimality conditions on random walks of any roughness', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: -5, max: 0, noNaN: true }),
        (seed, exponent) => {
          const mode = findPosteriorMode(problemOf({ value: randomWalk(seed, 10 ** exponent) }));
          expect(mode.converged).toBe(true);
          expect(mode.kktResidual).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a line', (time: number) => 0.3 + 0.6 * time],
    ['a wave of the features', (time: number) => 0.5 + 0.5 * Math.sin(2 * Math.PI * 14 * time)],
    ['a kink at a changepoint', (time: number) => Math.abs(time - 0.4)],
    ['a parabola', (time: number) => time * time],
    [
      'a kink under noise of one part in ten million',
      (time: number, row: number) => Math.abs(time - 0.41) + 1e-7 * Math.sin(row * row),
    ],
    [
      'values a trillion times too large',
      (time: number, row: number) => 1e12 * (time + 0.01 * Math.sin(row * row)),
    ],
    ['nothing but zeros', () => 0],
  ])('solves %s, which leaves next to no noise or has no scale', (_, value) => {
    const mode = findPosteriorMode(problemOf({ value }));
    expect(mode.converged).toBe(true);
    expect(
      [mode.slope, mode.offset, mode.sigma, ...mode.slopeChanges, ...mode.coefficients].every(
        Number.isFinite,
      ),
    ).toBe(true);
  });

  it('gives slope changes that are exactly zero where the trend does not bend', () => {
    const random = seededRandom(3);
    const mode = findPosteriorMode(
      problemOf({
        rowCount: 2000,
        value: (time) => time + 3 * Math.max(0, time - 0.4) + 0.02 * normalFrom(random),
      }),
    );
    const changes = [...mode.slopeChanges];
    expect(changes.filter((change) => change === 0).length).toBeGreaterThan(15);
    const around = changes.slice(9, 15).reduce((sum, change) => sum + change, 0);
    expect(around).toBeCloseTo(3, 0);
  });

  it('keeps slope and slope changes at zero when growth is flat', () => {
    const mode = findPosteriorMode(problemOf({ growth: 'flat', value: (time) => 1 + time }));
    expect(mode.slope).toBe(0);
    expect(mode.slopeChanges.every((change) => change === 0)).toBe(true);
    expect(mode.offset).toBeCloseTo(1.5, 2);
  });

  it('leaves a column of zeros at zero', () => {
    const problem = problemOf({ value: (time) => time });
    for (let row = 0; row < problem.rowCount; row += 1) problem.features[row * problem.featureCount] = 0;
    const mode = findPosteriorMode(problem);
    expect(mode.converged).toBe(true);
    expect(mode.coefficients[0]).toBe(0);
  });

  it('is the same to the bit when it is run again', () => {
    const problem = problemOf({ value: randomWalk(5, 0.02) });
    expect(findPosteriorMode(problem)).toEqual(findPosteriorMode(problem));
  });
});
