import type {
  ProphetInitialParams,
  ProphetOptimizeOptions,
  ProphetOptimizeOutput,
} from '@bsull/augurs/prophet';
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

/** What one call of augurs asked, and the mode that it was answered with. */
export interface MapSolution {
  readonly problem: StanProblem;
  readonly mode: PosteriorMode;
}

/**
 * The exact solver behind augurs' official extension point: `new Prophet({ optimizer: mapOptimizer(...) })`.
 * Only for linear or flat growth with additive features; anything else belongs to Stan.
 *
 * @param onSolved is told the problem and its mode; a mode that did not converge is told like any other, and must be
 *   refused by the caller (augurs itself has no way to hear of it).
 */
export function mapOptimizer(onSolved: (solution: MapSolution) => void): ProphetOptimizer {
  return {
    optimize(_init, dataJson) {
      const problem = parseStanProblem(dataJson);
      const mode = findModeInCanonicalOrder(problem);
      onSolved({ problem, mode });
      return {
        logs: { debug: '', info: '', warn: '', error: '', fatal: '' },
        params: {
          k: mode.slope,
          m: mode.offset,
          delta: mode.slopeChanges,
          beta: mode.coefficients,
          sigmaObs: mode.sigma,
          trend: mode.trend,
        },
      };
    },
  };
}

/**
 * augurs orders the feature columns anew at each fit; sums of floating-point numbers depend on their order. Solving in
 * the order of the prior scales makes equal histories give equal bits wherever the scales tell the components apart.
 */
function findModeInCanonicalOrder(problem: StanProblem): PosteriorMode {
  const { rowCount, featureCount, priorScales } = problem;
  const order = Int32Array.from(priorScales.keys()).sort(
    (a, b) => priorScales[a]! - priorScales[b]! || a - b,
  );
  const features = new Float64Array(rowCount * featureCount);
  for (let row = 0; row < rowCount; row += 1) {
    for (let column = 0; column < featureCount; column += 1) {
      features[row * featureCount + column] = problem.features[row * featureCount + order[column]!]!;
    }
  }
  const mode = findPosteriorMode({
    ...problem,
    features,
    priorScales: priorScales.map((_, column) => priorScales[order[column]!]!),
  });
  const coefficients = new Float64Array(featureCount);
  for (let column = 0; column < featureCount; column += 1)
    coefficients[order[column]!] = mode.coefficients[column]!;
  return { ...mode, coefficients };
}
