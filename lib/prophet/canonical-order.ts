import type { StanProblem } from './stan-problem.ts';

/** A problem whose features stand in an order of their own, and where augurs had each. */
export interface CanonicalProblem {
  readonly problem: StanProblem;
  /** For each feature here its column in augurs' problem. */
  readonly order: Int32Array;
}

/**
 * augurs orders the feature columns anew at each fit; sums of floating-point numbers depend on their order. In the order of
 * the prior scales equal histories give equal bits wherever the scales tell the components apart.
 */
export function inCanonicalOrder(problem: StanProblem): CanonicalProblem {
  const { rowCount, featureCount, priorScales, multiplicative } = problem;
  const order = Int32Array.from(priorScales.keys()).sort(
    (a, b) => priorScales[a]! - priorScales[b]! || a - b,
  );
  const features = new Float64Array(rowCount * featureCount);
  for (let row = 0; row < rowCount; row += 1) {
    const cells = row * featureCount;
    for (let column = 0; column < featureCount; column += 1) {
      features[cells + column] = problem.features[cells + order[column]!]!;
    }
  }
  return {
    problem: {
      ...problem,
      features,
      priorScales: priorScales.map((_, column) => priorScales[order[column]!]!),
      multiplicative: multiplicative.map((_, column) => multiplicative[order[column]!]!),
    },
    order,
  };
}
