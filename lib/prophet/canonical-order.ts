import type { StanProblem } from './stan-problem.ts';

/** A problem with its features in canonical order, and their columns in augurs' order. */
export interface CanonicalProblem {
  readonly problem: StanProblem;
  /** For each feature its column in augurs' problem. */
  readonly order: Int32Array;
}

/**
 * augurs orders the feature columns differently at each fit, and sums of floating-point numbers depend on the
 * order. Sorting by prior scale gives equal histories equal bits wherever the scales distinguish the
 * components.
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
