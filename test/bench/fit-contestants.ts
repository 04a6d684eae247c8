import type { ProphetInitialParams, ProphetOptimizeOptions } from '@bsull/augurs/prophet';
import { loadAugurs } from '../../lib/prophet/augurs.ts';
import { columnsByComponent, taggedPriorScale } from '../../lib/prophet/feature-tags.ts';
import { logPosterior, type ProphetParameters } from '../../lib/prophet/log-posterior.ts';
import { type MapSolution, mapOptimizer, type ProphetOptimizer } from '../../lib/prophet/map-optimizer.ts';
import { parseStanProblem, type StanProblem } from '../../lib/prophet/stan-problem.ts';
import { loadWasmstan } from '../../lib/prophet/wasmstan.ts';
import type { Samples } from '../../lib/series/samples.ts';

/** What augurs hands to any optimizer, caught on the way. */
export interface Problem {
  readonly init: ProphetInitialParams;
  readonly dataJson: string;
  readonly options: ProphetOptimizeOptions;
  readonly stated: StanProblem;
  readonly dailyColumns: readonly number[];
  readonly weeklyColumns: readonly number[];
}

const off = { type: 'manual', enabled: false } as const;
const scales = [taggedPriorScale(10, 0), taggedPriorScale(10, 1)] as const;

/** The problem as augurs states it with its defaults, daily and weekly seasonality forced. */
export function captureProblem(samples: Samples): Problem {
  let caught: Problem | undefined;
  fitInAugurs(samples, {
    optimize(init, dataJson, options) {
      const stated = parseStanProblem(dataJson);
      const [dailyColumns = [], weeklyColumns = []] = columnsByComponent(scales, stated.priorScales);
      caught = { init: structuredClone(init), dataJson, options, stated, dailyColumns, weeklyColumns };
      const logs = { debug: '', info: '', warn: '', error: '', fatal: '' };
      return { logs, params: { ...init, trend: new Float64Array(stated.rowCount) } };
    },
  });
  if (caught === undefined) throw new Error('augurs did not call its optimizer');
  return caught;
}

function fitInAugurs({ timesSeconds, values }: Samples, optimizer: ProphetOptimizer, dailyOrder = 4): void {
  const AugursProphet = loadAugurs();
  const prophet = new AugursProphet({
    dailySeasonality: off,
    weeklySeasonality: off,
    yearlySeasonality: off,
    uncertaintySamples: 0,
    optimizer,
  });
  prophet.addSeasonality('daily', { period: 1, fourierOrder: dailyOrder, priorScale: scales[0] });
  prophet.addSeasonality('weekly', { period: 7, fourierOrder: 3, priorScale: scales[1] });
  prophet.fit({ ds: Array.from(timesSeconds), y: values });
  prophet.free();
}

/**
 * Through the optimizer's interface, reading the problem's text included, as Stan has to. The log posterior is that of the
 * problem that was solved: its columns and the mode's coefficients are in one order, whatever order augurs had.
 */
export function solveExactly(problem: Problem): {
  milliseconds: number;
  logPosterior: number;
  kktResidual: number;
} {
  const solutions: MapSolution[] = [];
  const optimizer = mapOptimizer((solution) => solutions.push(solution));
  const started = performance.now();
  optimizer.optimize(problem.init, problem.dataJson, problem.options);
  const milliseconds = performance.now() - started;
  const { problem: solved, mode } = solutions[0]!;
  return { milliseconds, logPosterior: logPosterior(solved, mode), kktResidual: mode.kktResidual };
}

/** The whole fit by augurs and Stan's L-BFGS, as a user of the two packages runs it, and the solve inside it. */
export async function fitWithStan(
  samples: Samples,
  dailyOrder?: number,
): Promise<{
  readonly solveMilliseconds: number;
  readonly fitMilliseconds: number;
  readonly logPosterior: number;
}> {
  const stan = await loadWasmstan();
  let solveMilliseconds = 0;
  let solved: { readonly dataJson: string; readonly parameters: ProphetParameters } | undefined;
  const started = performance.now();
  const listening: ProphetOptimizer = {
    optimize(init, dataJson, options) {
      const solveStarted = performance.now();
      const output = stan.optimize(init, dataJson, options);
      solveMilliseconds = performance.now() - solveStarted;
      const { k, m, delta, beta, sigmaObs } = output.params;
      const parameters = { slope: k, offset: m, slopeChanges: delta, coefficients: beta, sigma: sigmaObs };
      solved = { dataJson, parameters };
      return output;
    },
  };
  fitInAugurs(samples, listening, dailyOrder);
  const fitMilliseconds = performance.now() - started;
  if (solved === undefined) throw new Error('augurs did not call its optimizer');
  const stated = parseStanProblem(solved.dataJson);
  return { solveMilliseconds, fitMilliseconds, logPosterior: logPosterior(stated, solved.parameters) };
}
