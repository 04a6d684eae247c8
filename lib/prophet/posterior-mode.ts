import {
  type Design,
  designOf,
  gramMatrix,
  offsetColumn,
  projectOnColumns,
  residualsOf,
  slopeColumn,
  trendOf,
} from './design.ts';
import { type LassoObjective, type LassoPoint, minimizeLasso } from './lasso-mode.ts';
import type { StanProblem } from './stan-problem.ts';

/** The mode of an additive Prophet's posterior, in scaled units. */
export interface PosteriorMode {
  readonly slope: number;
  readonly offset: number;
  /** Length of the problem's changepoints; exactly 0 without a change of slope. */
  readonly slopeChanges: Float64Array;
  readonly coefficients: Float64Array;
  /** Noise standard deviation. */
  readonly sigma: number;
  /** Length rowCount. */
  readonly trend: Float64Array;
  /** The violation of the optimality conditions, as a fraction of their scale; 0 is exact. */
  readonly kktResidual: number;
  /** Linear systems solved. */
  readonly solves: number;
  /** False when a limit was reached: the mode must then not be used. */
  readonly converged: boolean;
}

/** Variance of the normal priors of slope and offset: N(0, 5). Source: facebook/prophet, prophet.stan. */
const TREND_PRIOR_VARIANCE = 25;

/**
 * The likelihood of an exact fit has no maximum: the noise is bounded here, in scaled units, where Stan stops
 * at an arbitrary value.
 */
const MINIMUM_SIGMA = 1e-10;

/**
 * The alternation of coefficients and variance stops when the variance changes by less than this fraction.
 */
const VARIANCE_TOLERANCE = 1e-9;
const ALTERNATION_LIMIT = 200;

/**
 * The maximum number of times that residuals are recomputed from the data, each time restoring digits that
 * the Gram matrix lost.
 */
const REFINEMENT_LIMIT = 4;

/** Modes with a larger residual of the optimality conditions are refused. */
const KKT_TOLERANCE = 1e-6;

/**
 * The resolution of double precision for a column's product with the residuals, as a fraction of |column|
 * |y|.
 */
const ROUNDING = 1e-14;

/**
 * Finds the posterior mode exactly, by alternating the coefficients (a lasso for a given noise variance) with
 * the variance (a quadratic equation for given coefficients). The objective falls at each step, and each of
 * the two is convex. Deterministic; after one pass the cost does not depend on the number of rows.
 *
 * @param problem with linear or flat growth and additive features only.
 * @param gram A'A of the problem's design, if known: problems that differ only in their values share it.
 */
export function findPosteriorMode(
  problem: StanProblem,
  gram: Float64Array = gramMatrix(designOf(problem)),
): PosteriorMode {
  const design = designOf(problem);
  const priors = priorsOf(design, gram);
  const size = design.columnCount;
  const point: LassoPoint = { theta: new Float64Array(size), signs: new Int8Array(size) };
  let solves = 0;
  let completed = true;
  let variance = Number.NaN;
  for (let round = 0; round < REFINEMENT_LIMIT; round += 1) {
    const anchor = point.theta.slice();
    const residuals = residualsOf(design, anchor);
    const objective: LassoObjective = {
      ...priors,
      gram,
      size,
      anchor,
      anchorProjection: projectOnColumns(design, residuals),
    };
    const residualSquares = dot(residuals, residuals);
    if (Number.isNaN(variance)) variance = varianceOf(residualSquares, problem.rowCount);
    const started = variance;
    const outcome = alternate(objective, residualSquares, variance, point, problem.rowCount);
    variance = outcome.variance;
    solves += outcome.solves;
    completed = outcome.completed;
    if (round > 0 && Math.abs(variance - started) <= VARIANCE_TOLERANCE * variance) break;
  }
  const kktResidual = kktResidualOf(design, gram, priors, point, variance);
  const { theta } = point;
  return {
    slope: theta[slopeColumn]!,
    offset: theta[offsetColumn]!,
    slopeChanges: theta.slice(design.firstChangepoint, design.firstFeature),
    coefficients: theta.slice(design.firstFeature),
    sigma: Math.sqrt(variance),
    trend: trendOf(design, theta),
    kktResidual,
    solves,
    converged: completed && kktResidual <= KKT_TOLERANCE,
  };
}

type Priors = Pick<LassoObjective, 'ridge' | 'isLasso' | 'isPinned' | 'lassoPrecision' | 'rounding'>;

function priorsOf(design: Design, gram: Float64Array): Priors {
  const { problem, columnCount, firstChangepoint, firstFeature } = design;
  const ridge = new Float64Array(columnCount);
  const isLasso = new Uint8Array(columnCount);
  const isPinned = new Uint8Array(columnCount);
  const rounding = new Float64Array(columnCount);
  const valueNorm = Math.sqrt(dot(problem.values, problem.values));
  ridge.fill(1 / TREND_PRIOR_VARIANCE, 0, firstChangepoint);
  isLasso.fill(1, firstChangepoint, firstFeature);
  for (let feature = 0; feature < problem.featureCount; feature += 1) {
    ridge[firstFeature + feature] = 1 / problem.priorScales[feature]! ** 2;
  }
  for (let column = 0; column < columnCount; column += 1) {
    rounding[column] = ROUNDING * Math.sqrt(gram[column * columnCount + column]!) * valueNorm;
    const isTrend = column === slopeColumn || isLasso[column] === 1;
    if (gram[column * columnCount + column] === 0 || (isTrend && problem.growth === 'flat')) {
      isPinned[column] = 1;
    }
  }
  return { ridge, isLasso, isPinned, rounding, lassoPrecision: 1 / problem.changepointPriorScale };
}

/** Minimizes over coefficients and variance in turn, around one anchor, until the variance is stable. */
function alternate(
  objective: LassoObjective,
  anchorSquares: number,
  startVariance: number,
  point: LassoPoint,
  rowCount: number,
): { readonly variance: number; readonly solves: number; readonly completed: boolean } {
  let variance = startVariance;
  let solves = 0;
  // A sum of squares that is small relative to the anchor's lost digits to it; the next anchor restores them.
  const rounding = ROUNDING * anchorSquares;
  for (let turn = 0; turn < ALTERNATION_LIMIT; turn += 1) {
    const needed = minimizeLasso(objective, variance, point);
    if (needed === undefined) return { variance, solves, completed: false };
    solves += needed;
    const next = varianceOf(residualSquaresOf(objective, anchorSquares, point.theta), rowCount);
    const moved = Math.abs(next - variance);
    variance = next;
    if (moved <= VARIANCE_TOLERANCE * variance + rounding / (rowCount + 8 * variance))
      return { variance, solves, completed: true };
  }
  return { variance, solves, completed: false };
}

/** |y - A theta|^2 from the products at the anchor. */
function residualSquaresOf(objective: LassoObjective, anchorSquares: number, theta: Float64Array): number {
  const { gram, size, anchor, anchorProjection } = objective;
  let squares = anchorSquares;
  for (let i = 0; i < size; i += 1) {
    const moved = theta[i]! - anchor[i]!;
    if (moved === 0) continue;
    let product = 0;
    for (let j = 0; j < size; j += 1) product += gram[i * size + j]! * (theta[j]! - anchor[j]!);
    squares += moved * (product - 2 * anchorProjection[i]!);
  }
  return Math.max(0, squares);
}

/**
 * The variance that minimizes T log(sigma) + SSR / (2 sigma^2) + 2 sigma^2: 4 v^2 + T v - SSR = 0, floored.
 */
function varianceOf(residualSquares: number, rowCount: number): number {
  const root = (2 * residualSquares) / (rowCount + Math.sqrt(rowCount * rowCount + 16 * residualSquares));
  return Math.max(root, MINIMUM_SIGMA * MINIMUM_SIGMA);
}

/**
 * The largest violation of the Karush-Kuhn-Tucker conditions, each as a fraction of its own scale: the
 * penalty for a slope change, |column| |residuals| for a ridge coordinate, the sum of squares for the
 * variance; plus a rounding tolerance.
 */
function kktResidualOf(
  design: Design,
  gram: Float64Array,
  priors: Priors,
  { theta, signs }: LassoPoint,
  variance: number,
): number {
  const { columnCount, problem } = design;
  const residuals = residualsOf(design, theta);
  const gradient = projectOnColumns(design, residuals);
  const residualSquares = dot(residuals, residuals);
  const penalty = variance * priors.lassoPrecision;
  let worst = Math.abs(variance - varianceOf(residualSquares, problem.rowCount)) / variance;
  for (let j = 0; j < columnCount; j += 1) {
    if (priors.isPinned[j] === 1) continue;
    const columnNorm = Math.sqrt(gram[j * columnCount + j]!);
    let violation: number;
    let scale: number;
    if (priors.isLasso[j] === 0) {
      violation = Math.abs(gradient[j]! - variance * priors.ridge[j]! * theta[j]!);
      scale = columnNorm * Math.sqrt(residualSquares);
    } else {
      violation =
        signs[j] === 0
          ? Math.max(0, Math.abs(gradient[j]!) - penalty)
          : Math.abs(gradient[j]! - penalty * signs[j]!);
      scale = penalty;
    }
    worst = Math.max(worst, Math.max(0, violation - priors.rounding[j]!) / Math.max(scale, Number.MIN_VALUE));
  }
  return worst;
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += left[index]! * right[index]!;
  return sum;
}
