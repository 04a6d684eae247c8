import { expect, it } from 'vitest';
import { captureProblem, type Problem, solveExactly } from './fit-contestants.ts';

const DAY_SECONDS = 86_400;

/** Ten days whose daily wave is far larger than the weekly one. */
function history() {
  const timesSeconds = Float64Array.from({ length: 480 }, (_, step) => step * 1800);
  const values = timesSeconds.map(
    (time, step) =>
      5 +
      2 * Math.sin((2 * Math.PI * time) / DAY_SECONDS) +
      0.3 * Math.cos((2 * Math.PI * time) / (7 * DAY_SECONDS)) +
      0.1 * Math.sin(step * step),
  );
  return { timesSeconds, values };
}

/** The same problem with its feature columns in the opposite order. */
function reversed(problem: Problem): Problem {
  const stated: { X: number[][]; sigmas: number[]; s_a: number[]; s_m: number[] } = JSON.parse(
    problem.dataJson,
  );
  const { X, sigmas, s_a, s_m } = stated;
  const turned = {
    X: X.map((row) => row.toReversed()),
    sigmas: sigmas.toReversed(),
    s_a: s_a.toReversed(),
    s_m: s_m.toReversed(),
  };
  return { ...problem, dataJson: JSON.stringify({ ...stated, ...turned }) };
}

it('measures the same mode in whatever order augurs puts the features', () => {
  const problem = captureProblem(history());
  const one = solveExactly(problem);
  const other = solveExactly(reversed(problem));
  expect(one.kktResidual).toBeLessThan(1e-6);
  expect(other.logPosterior).toBeCloseTo(one.logPosterior, 6);
});
