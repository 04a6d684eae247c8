import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inCanonicalOrder } from '../../lib/prophet/canonical-order.ts';
import { solveCholesky } from '../../lib/prophet/cholesky.ts';
import { designOf, gramMatrix, projectOnColumns, residualsOf, trendOf } from '../../lib/prophet/design.ts';
import { UnexpectedProphetDataError } from '../../lib/prophet/errors.ts';
import { fourierSum } from '../../lib/prophet/fourier-sum.ts';
import { logPosterior } from '../../lib/prophet/log-posterior.ts';
import { seasonalSkill } from '../../lib/prophet/skill.ts';
import { parseStanProblem, type StanProblem } from '../../lib/prophet/stan-problem.ts';
import { problemOf } from './hand-made-model.ts';

const number = fc.double({ min: -3, max: 3, noNaN: true });

/** Problems of 12 rows and up to three features, with changepoints before, within and after them. */
const anyProblem = fc
  .record({
    columns: fc.array(fc.array(fc.oneof(number, fc.constant(0)), { minLength: 12, maxLength: 12 }), {
      maxLength: 3,
    }),
    values: fc.array(number, { minLength: 12, maxLength: 12 }),
    changepoints: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  })
  .map(({ columns, values, changepoints }) =>
    problemOf(columns, {
      values: Float64Array.from(values),
      changepoints: Float64Array.from(changepoints).sort(),
    }),
  );

/** The rows [t, 1, (t - s)+ ..., features ...], written out. */
function denseOf({ times, changepoints, features, featureCount, rowCount }: StanProblem): number[][] {
  return Array.from({ length: rowCount }, (_, row) => [
    times[row]!,
    1,
    ...Array.from(changepoints, (start) => Math.max(0, times[row]! - start)),
    ...features.subarray(row * featureCount, (row + 1) * featureCount),
  ]);
}

describe('the design of a problem', () => {
  it('has the products of its columns in its Gram matrix', () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const dense = denseOf(problem);
        const design = designOf(problem);
        const { columnCount } = design;
        expect(columnCount).toBe(dense[0]!.length);
        const gram = gramMatrix(design);
        for (let left = 0; left < columnCount; left += 1)
          for (let right = 0; right < columnCount; right += 1) {
            const product = dense.reduce((sum, row) => sum + row[left]! * row[right]!, 0);
            expect(gram[left * columnCount + right]).toBeCloseTo(product, 9);
          }
      }),
    );
  });

  it('projects a column on its own, and leaves the residuals of a point', () => {
    fc.assert(
      fc.property(anyProblem, fc.integer({ min: 1, max: 1000 }), (problem, seed) => {
        const dense = denseOf(problem);
        const design = designOf(problem);
        const theta = Float64Array.from({ length: design.columnCount }, (_, index) => Math.sin(seed + index));
        const projection = projectOnColumns(design, problem.values);
        const residuals = residualsOf(design, theta);
        const trend = trendOf(design, theta);
        dense.forEach((row, index) => {
          const fitted = row.reduce((sum, cell, column) => sum + cell * theta[column]!, 0);
          expect(residuals[index]).toBeCloseTo(problem.values[index]! - fitted, 9);
          const ofTrend = row
            .slice(0, design.firstFeature)
            .reduce((sum, cell, column) => sum + cell * theta[column]!, 0);
          expect(trend[index]).toBeCloseTo(ofTrend, 9);
        });
        for (let column = 0; column < design.columnCount; column += 1) {
          const product = dense.reduce((sum, row, index) => sum + row[column]! * problem.values[index]!, 0);
          expect(projection[column]).toBeCloseTo(product, 9);
        }
      }),
    );
  });
});

describe('solveCholesky', () => {
  it('solves any positive definite system', () => {
    const size = 4;
    fc.assert(
      fc.property(fc.array(number, { minLength: 20, maxLength: 20 }), (numbers) => {
        const root = numbers.slice(0, 16);
        const wanted = numbers.slice(16);
        const matrix = Float64Array.from({ length: 16 }, (_, cell) => {
          const [row, column] = [Math.floor(cell / size), cell % size];
          let sum = row === column ? 1 : 0;
          for (let inner = 0; inner < size; inner += 1)
            sum += root[row * size + inner]! * root[column * size + inner]!;
          return sum;
        });
        const right = Float64Array.from({ length: size }, (_, row) =>
          wanted.reduce((sum, value, column) => sum + matrix[row * size + column]! * value, 0),
        );
        expect(solveCholesky(matrix, right, size)).toBe(true);
        right.forEach((value, row) => {
          expect(value).toBeCloseTo(wanted[row]!, 7);
        });
      }),
    );
  });

  it('refuses a matrix that is not positive definite', () => {
    const solve = (cells: readonly number[]) =>
      solveCholesky(Float64Array.from(cells), Float64Array.of(1, 1), 2);
    expect([
      solve([1, 2, 2, 1]),
      solve([0, 0, 0, 1]),
      solve([1, 1, 1, 1]),
      solve([1, 0, 0, Number.NaN]),
    ]).toEqual([false, false, false, false]);
    expect(solve([4, 2, 2, 3])).toBe(true);
  });
});

describe('the canonical order of features', () => {
  it('is by prior scale, and by augurs’ order where scales are equal', () => {
    const problem = problemOf(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      { priorScales: Float64Array.of(7, 3, 7), multiplicative: Uint8Array.of(1, 0, 0) },
    );
    const { problem: sorted, order } = inCanonicalOrder(problem);
    expect([...order]).toEqual([1, 0, 2]);
    expect([...sorted.features]).toEqual([3, 1, 5, 4, 2, 6]);
    expect([...sorted.priorScales]).toEqual([3, 7, 7]);
    expect([...sorted.multiplicative]).toEqual([0, 1, 0]);
    expect(sorted.values).toBe(problem.values);
  });
});

describe('the problem that augurs states', () => {
  const stated = {
    T: 2,
    S: 1,
    K: 2,
    y: [0.1, 0.9],
    t: [0, 1],
    cap: [1.5, 1.6],
    t_change: [0.4],
    X: [
      [1, 2],
      [3, 4],
    ],
    sigmas: [10, 3],
    s_m: [0, 1],
    tau: 0.05,
    trend_indicator: 0,
  };
  const parsed = (changes: object = {}) => parseStanProblem(JSON.stringify({ ...stated, ...changes }));

  it('is read as columns', () => {
    expect(parsed()).toEqual({
      growth: 'linear',
      rowCount: 2,
      featureCount: 2,
      values: Float64Array.of(0.1, 0.9),
      times: Float64Array.of(0, 1),
      changepoints: Float64Array.of(0.4),
      features: Float64Array.of(1, 2, 3, 4),
      multiplicative: Uint8Array.of(0, 1),
      priorScales: Float64Array.of(10, 3),
      changepointPriorScale: 0.05,
      capacities: Float64Array.of(1.5, 1.6),
    });
    expect([1, 2].map((indicator) => parsed({ trend_indicator: indicator }).growth)).toEqual([
      'logistic',
      'flat',
    ]);
  });

  it.each([
    [{ trend_indicator: 3 }, 'trend indicator 3'],
    [{ y: [0.1] }, '2 rows of features for 2 samples'],
    [{ X: [[1, 2]] }, '1 rows of features for 2 samples'],
    [{ sigmas: [10] }, '2 rows of features for 2 samples'],
  ])('is refused when its sizes do not match: %j', (changes, words) => {
    expect(() => parsed(changes)).toThrow(UnexpectedProphetDataError);
    expect(() => parsed(changes)).toThrow(words);
  });
});

describe('the log posterior', () => {
  it('is that of prophet.stan, computed by hand', () => {
    const problem = problemOf([[1, 0, 2]], {
      values: Float64Array.of(1, 2, 4),
      changepoints: Float64Array.of(0.5),
      priorScales: Float64Array.of(2),
      changepointPriorScale: 0.1,
    });
    const parameters = {
      slope: 1,
      offset: 0.5,
      slopeChanges: Float64Array.of(-0.4),
      coefficients: Float64Array.of(0.6),
      sigma: 0.5,
    };
    // Trend 0.5, 1, 1.3 and features 0.6, 0, 1.2: residuals -0.1, 1, 1.5.
    const likelihood = -3 * Math.log(0.5) - (0.01 + 1 + 2.25) / (2 * 0.25);
    const priors = -(1 + 0.25) / 50 - 2 * 0.25 - 0.4 / 0.1 - 0.3 ** 2 / 2;
    expect(logPosterior(problem, parameters)).toBeCloseTo(likelihood + priors, 12);
    // Flat growth is the offset alone.
    const flat = -3 * Math.log(0.5) - (0.01 + 2.25 + 2.3 ** 2) / (2 * 0.25);
    expect(logPosterior({ ...problem, growth: 'flat' }, parameters)).toBeCloseTo(flat + priors, 12);
  });
});

describe('the skill of the seasonal part', () => {
  const problem = problemOf(
    [
      [1, -1, 1, -1],
      [0.5, 0, 0, 0],
    ],
    { values: Float64Array.of(3, 1, 3, 1), multiplicative: Uint8Array.of(0, 1) },
  );
  const trend = new Float64Array(4).fill(2);

  it('is the share of the deviation from the trend that it explains', () => {
    expect(seasonalSkill(problem, trend, Float64Array.of(1, 0))).toBe(1);
    expect(seasonalSkill(problem, trend, Float64Array.of(0.75, 0))).toBe(0.75);
    expect(seasonalSkill(problem, trend, Float64Array.of(0, 0))).toBe(0);
    expect(seasonalSkill(problem, trend, Float64Array.of(-1, 0))).toBe(-1);
    // The second feature multiplies the trend: half of 1 x 2 in the first row.
    expect(seasonalSkill(problem, trend, Float64Array.of(0, 1))).toBe(0.25);
  });

  it('is 0 where the trend explains everything', () => {
    expect(seasonalSkill(problem, problem.values, Float64Array.of(0.5, 0))).toBe(0);
  });
});

describe('a Fourier sum', () => {
  it('is the sum of its harmonics at a phase', () => {
    const coefficients = Float64Array.of(1, 2, 3, 4);
    expect(fourierSum(coefficients, 0)).toBeCloseTo(2 + 4, 12);
    expect(fourierSum(coefficients, 0.25)).toBeCloseTo(1 - 4, 12);
    expect(fourierSum(coefficients, 1.125)).toBeCloseTo((1 + 2) / Math.SQRT2 + 3, 12);
  });
});
