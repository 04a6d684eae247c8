import { solveCholesky } from './cholesky.ts';

/**
 * A quadratic in theta around an anchor, with a ridge on some coordinates and an absolute value on others:
 * 1/2 theta'G theta - ... + 1/2 v sum(ridge_j theta_j^2) + (v / tau) sum|theta_j over the lasso coordinates|.
 */
export interface LassoObjective {
  /** A'A, row-major size x size. */
  readonly gram: Float64Array;
  readonly size: number;
  /** Precision of the normal prior of each coordinate; 0 for the lasso coordinates. */
  readonly ridge: Float64Array;
  /** 1 for a coordinate with the Laplace prior. */
  readonly isLasso: Uint8Array;
  /** 1 for a coordinate fixed at 0: its column is all zero or unused in this growth. */
  readonly isPinned: Uint8Array;
  /** 1 / tau. */
  readonly lassoPrecision: number;
  /** For each coordinate the rounding error of its gradient; smaller gradients do not enter. */
  readonly rounding: Float64Array;
  /** The point at which `anchorProjection` was computed. */
  readonly anchor: Float64Array;
  /** A'(y - A anchor). */
  readonly anchorProjection: Float64Array;
}

/** The point reached; `signs[j]` is -1 or 1 for an active lasso coordinate and 0 for one at zero. */
export interface LassoPoint {
  readonly theta: Float64Array;
  readonly signs: Int8Array;
}

/**
 * A coordinate enters only if its gradient exceeds the penalty by this fraction: below it, rounding decides.
 */
const ENTRY_MARGIN = 1e-9;

/** The limit of solves per fit; real series needed 7 to 60, so a fit that needs more is cycling. */
const SOLVE_LIMIT = 600;

/**
 * Moves `point` to the minimum for one noise variance, by an active set: the active coordinates' normal
 * equations are solved with their signs held; a coordinate that would change sign stops at zero and leaves;
 * when none does, the coordinate whose gradient exceeds the penalty most enters.
 *
 * @param point is changed in place; a good start (the last variance's minimum) saves solves.
 * @returns the number of linear systems solved, or undefined when the minimum was not reached. Source:
 * Osborne, Presnell and Turlach 2000, A new approach to variable selection in least squares problems.
 */
export function minimizeLasso(
  objective: LassoObjective,
  variance: number,
  point: LassoPoint,
): number | undefined {
  const { size, isLasso, isPinned, lassoPrecision, rounding } = objective;
  const { theta, signs } = point;
  const penalty = variance * lassoPrecision;
  const blocked = new Uint8Array(size);
  for (let solves = 1; solves <= SOLVE_LIMIT; solves += 1) {
    const active = activeCoordinates(objective, signs);
    const direction = stationaryStep(objective, variance, point, active);
    if (direction === undefined) return undefined;
    const stopped = walk(point, active, direction, isLasso);
    if (stopped !== undefined) {
      // It just entered and would leave at once: an effect of rounding, not of the objective.
      if (stopped.length === 0) blocked[stopped.coordinate] = 1;
      continue;
    }
    const gradient = dataGradient(objective, theta);
    let worst = -1;
    let excess = 0;
    for (let j = 0; j < size; j += 1) {
      if (isLasso[j] === 0 || isPinned[j] === 1 || signs[j] !== 0 || blocked[j] === 1) continue;
      const over = Math.abs(gradient[j]!) - penalty * (1 + ENTRY_MARGIN) - rounding[j]!;
      if (over > excess) {
        excess = over;
        worst = j;
      }
    }
    if (worst < 0) return solves;
    signs[worst] = gradient[worst]! > 0 ? 1 : -1;
  }
  return undefined;
}

/** A'(y - A theta). */
function dataGradient(objective: LassoObjective, theta: Float64Array): Float64Array {
  const { gram, size, anchor, anchorProjection } = objective;
  const gradient = anchorProjection.slice();
  for (let j = 0; j < size; j += 1) {
    const moved = theta[j]! - anchor[j]!;
    if (moved === 0) continue;
    for (let i = 0; i < size; i += 1) gradient[i]! -= gram[j * size + i]! * moved;
  }
  return gradient;
}

function activeCoordinates(objective: LassoObjective, signs: Int8Array): Int32Array {
  const active: number[] = [];
  for (let j = 0; j < objective.size; j += 1) {
    if (objective.isPinned[j] === 1) continue;
    if (objective.isLasso[j] === 0 || signs[j] !== 0) active.push(j);
  }
  return Int32Array.from(active);
}

/** The Newton step of the active coordinates with their signs held; exact, as the objective is quadratic there. */
function stationaryStep(
  objective: LassoObjective,
  variance: number,
  { theta, signs }: LassoPoint,
  active: Int32Array,
): Float64Array | undefined {
  const { gram, size, ridge, lassoPrecision } = objective;
  const count = active.length;
  const gradient = dataGradient(objective, theta);
  const matrix = new Float64Array(count * count);
  const step = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    const j = active[row]!;
    for (let column = 0; column <= row; column += 1) {
      matrix[row * count + column] = gram[j * size + active[column]!]!;
    }
    matrix[row * count + row]! += variance * ridge[j]!;
    step[row] = gradient[j]! - variance * (ridge[j]! * theta[j]! + lassoPrecision * signs[j]!);
  }
  return solveCholesky(matrix, step, count) ? step : undefined;
}

/** Takes the step, or the part of it up to the first sign change; returns the coordinate that stopped it. */
function walk(
  { theta, signs }: LassoPoint,
  active: Int32Array,
  step: Float64Array,
  isLasso: Uint8Array,
): { readonly coordinate: number; readonly length: number } | undefined {
  let length = 1;
  let stopped = -1;
  for (let index = 0; index < active.length; index += 1) {
    const j = active[index]!;
    if (isLasso[j] === 0 || (theta[j]! + step[index]!) * signs[j]! >= 0) continue;
    const until = -theta[j]! / step[index]!;
    if (until < length) {
      length = until;
      stopped = j;
    }
  }
  for (let index = 0; index < active.length; index += 1) theta[active[index]!]! += length * step[index]!;
  if (stopped < 0) return undefined;
  theta[stopped] = 0;
  signs[stopped] = 0;
  return { coordinate: stopped, length };
}
