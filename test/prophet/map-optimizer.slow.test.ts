import { describe, expect, it } from 'vitest';
import { loadAugurs } from '../../lib/prophet/augurs.ts';
import { logPosterior } from '../../lib/prophet/log-posterior.ts';
import { type MapSolution, mapOptimizer } from '../../lib/prophet/map-optimizer.ts';
import { loadWasmstan } from '../../lib/prophet/wasmstan.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { corpusAbsent, corpusFolder, nabSeries } from '../corpus.ts';
import { syntheticSeries } from './synthetic.ts';

const enabled = { type: 'manual', enabled: true } as const;

/** Fits as a user of augurs would, and hands out what went through the optimizer. */
function fitInAugurs(samples: Samples): MapSolution & { readonly dataJson: string } {
  const solutions: MapSolution[] = [];
  let stated = '';
  const exact = mapOptimizer((solution) => solutions.push(solution));
  const AugursProphet = loadAugurs();
  const prophet = new AugursProphet({
    dailySeasonality: enabled,
    weeklySeasonality: enabled,
    uncertaintySamples: 0,
    optimizer: {
      optimize(init, dataJson, options) {
        stated = dataJson;
        return exact.optimize(init, dataJson, options);
      },
    },
  });
  prophet.fit({ ds: Array.from(samples.timesSeconds), y: samples.values });
  prophet.free();
  return { ...solutions[0]!, dataJson: stated };
}

async function stanLogPosterior({ problem, dataJson }: ReturnType<typeof fitInAugurs>): Promise<number> {
  const stan = await loadWasmstan();
  const init = {
    k: 0,
    m: problem.values[0]!,
    delta: new Float64Array(problem.changepoints.length),
    beta: new Float64Array(problem.featureCount),
    sigmaObs: 1,
  };
  const { k, m, delta, beta, sigmaObs } = stan.optimize(init, dataJson, {}).params;
  return logPosterior(problem, {
    slope: k,
    offset: m,
    slopeChanges: delta,
    coefficients: beta,
    sigma: sigmaObs,
  });
}

describe('mapOptimizer', () => {
  it('plugs into augurs as an optimizer and gives it a fit that it predicts from', () => {
    const samples = syntheticSeries({ noise: 0.5 });
    const AugursProphet = loadAugurs();
    const prophet = new AugursProphet({ optimizer: mapOptimizer(() => {}), uncertaintySamples: 0 });
    prophet.fit({ ds: Array.from(samples.timesSeconds), y: samples.values });
    const { point } = prophet.predict().yhat;
    prophet.free();
    const error =
      point.reduce((sum, value, row) => sum + Math.abs(value - samples.values[row]!), 0) / point.length;
    expect(error).toBeLessThan(2.5);
  });

  it('reaches at least the log posterior of Stan on a synthetic series', async () => {
    const solution = fitInAugurs(syntheticSeries({ days: 14, stepSeconds: 900 }));
    const ours = logPosterior(solution.problem, solution.mode);
    const theirs = await stanLogPosterior(solution);
    expect(ours).toBeGreaterThanOrEqual(theirs - 1e-6 * Math.abs(theirs));
  });
});

const folder = corpusFolder();

if (folder === undefined) it.skip(`mapOptimizer on recorded series: ${corpusAbsent}`);
else {
  const recorded = nabSeries(folder);
  describe('mapOptimizer on recorded series', () => {
    it.each(recorded)('meets the optimality conditions on $name', ({ samples }) => {
      const { mode } = fitInAugurs(samples);
      expect(mode.converged).toBe(true);
      expect(mode.kktResidual).toBeLessThan(1e-6);
    });

    // Stan takes a second a series; the bench `fit` compares all of them.
    it.each(recorded.filter((_, index) => index % 7 === 3))(
      'reaches at least the log posterior of Stan on $name',
      async ({ samples }) => {
        const solution = fitInAugurs(samples);
        const ours = logPosterior(solution.problem, solution.mode);
        const theirs = await stanLogPosterior(solution);
        expect(ours).toBeGreaterThanOrEqual(theirs - 1e-6 * Math.abs(theirs));
      },
    );
  });
}
