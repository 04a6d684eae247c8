import type {
  ProphetInitialParams,
  ProphetOptimizeOptions,
  ProphetOptimizeOutput,
} from '@bsull/augurs/prophet';
import { inCanonicalOrder } from './canonical-order.ts';
import { designOf, gramMatrix } from './design.ts';
import { findPosteriorMode, type PosteriorMode } from './posterior-mode.ts';
import { parseStanProblem, type StanProblem } from './stan-problem.ts';

/** The optimizer that augurs takes as an option; its own declaration of this interface is not exported. */
export interface ProphetOptimizer {
  optimize(
    init: ProphetInitialParams,
    dataJson: string,
    options: ProphetOptimizeOptions,
  ): ProphetOptimizeOutput;
}

/** The problem of one augurs call, its features in canonical order, and its mode. */
export interface MapSolution {
  readonly problem: StanProblem;
  /** A'A of the problem's design. */
  readonly gram: Float64Array;
  readonly mode: PosteriorMode;
}

/**
 * The exact solver as an augurs optimizer: `new Prophet({ optimizer: mapOptimizer(...) })`. Only for linear
 * or flat growth with additive features; Stan solves the others.
 *
 * @param onSolved receives the problem and its mode; the caller must refuse a mode that did not converge
 * (augurs has no way to report it).
 */
export function mapOptimizer(onSolved: (solution: MapSolution) => void): ProphetOptimizer {
  return {
    optimize(_init, dataJson) {
      const { problem, order } = inCanonicalOrder(parseStanProblem(dataJson));
      const gram = gramMatrix(designOf(problem));
      const mode = findPosteriorMode(problem, gram);
      onSolved({ problem, gram, mode });
      const coefficients = new Float64Array(problem.featureCount);
      for (const [column, stated] of order.entries()) coefficients[stated] = mode.coefficients[column]!;
      return {
        logs: { debug: '', info: '', warn: '', error: '', fatal: '' },
        params: {
          k: mode.slope,
          m: mode.offset,
          delta: mode.slopeChanges,
          beta: coefficients,
          sigmaObs: mode.sigma,
          trend: mode.trend,
        },
      };
    },
  };
}
