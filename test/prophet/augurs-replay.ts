import type { Prophet } from '@bsull/augurs/prophet';
import { loadAugurs } from '../../lib/prophet/augurs.ts';
import { columnsByComponent, taggedPriorScale } from '../../lib/prophet/feature-tags.ts';
import type { ProphetHistory } from '../../lib/prophet/history.ts';
import type { ProphetModel } from '../../lib/prophet/model.ts';
import type { ProphetOptions } from '../../lib/prophet/options.ts';
import { parseStanProblem } from '../../lib/prophet/stan-problem.ts';

/**
 * Gives a stored model back to augurs: an optimizer that answers with the stored parameters makes its `fit` instant, and
 * its own `predict` then speaks for the same model.
 *
 * @param history in ascending order, finite, without a time zone.
 */
export function replayInAugurs(
  model: ProphetModel,
  history: ProphetHistory,
  options: Pick<ProphetOptions, 'changepointCount' | 'changepointRange' | 'scaling' | 'intervalWidth'> & {
    readonly uncertaintySamples: number;
  },
): Prophet {
  const AugursProphet = loadAugurs();
  const off = { type: 'manual', enabled: false } as const;
  const parts = [...model.seasonalities, ...model.holidays, ...model.regressors];
  const scales = parts.map((_, index) => taggedPriorScale(10, index));
  const prophet = new AugursProphet({
    growth: model.growth,
    scaling: options.scaling,
    nChangepoints: options.changepointCount,
    changepointRange: options.changepointRange,
    intervalWidth: options.intervalWidth,
    uncertaintySamples: options.uncertaintySamples,
    seasonalityMode: model.holidays[0]?.mode ?? 'additive',
    yearlySeasonality: off,
    weeklySeasonality: off,
    dailySeasonality: off,
    holidays: new Map(
      model.holidays.map(({ name, windowsSeconds }, index) => [
        name,
        {
          priorScale: scales[model.seasonalities.length + index]!,
          occurrences: Array.from({ length: windowsSeconds.length / 2 }, (_, pair) => ({
            start: windowsSeconds[2 * pair]!,
            end: windowsSeconds[2 * pair + 1]!,
          })),
        },
      ]),
    ),
    optimizer: {
      optimize(_init, dataJson) {
        const problem = parseStanProblem(dataJson);
        const beta = new Float64Array(problem.featureCount);
        columnsByComponent(scales, problem.priorScales).forEach((columns, index) => {
          const part = parts[index]!;
          const coefficients = 'coefficients' in part ? part.coefficients : [part.coefficient];
          columns.forEach((column, position) => {
            beta[column] = coefficients[position]!;
          });
        });
        const delta = problem.changepoints.map((time) => {
          const index = model.changepoints.indexOf(time);
          return index < 0 ? 0 : model.slopeChanges[index]!;
        });
        return {
          logs: { debug: '', info: '', warn: '', error: '', fatal: '' },
          params: {
            k: model.slope,
            m: model.offset,
            delta,
            beta,
            sigmaObs: model.sigma,
            trend: new Float64Array(problem.rowCount),
          },
        };
      },
    },
  });
  model.seasonalities.forEach(({ name, periodSeconds, coefficients, mode, condition }, index) => {
    prophet.addSeasonality(name, {
      period: periodSeconds / 86_400,
      fourierOrder: coefficients.length / 2,
      priorScale: scales[index]!,
      mode,
      ...(condition === undefined ? {} : { conditionName: condition }),
    });
  });
  model.regressors.forEach(({ name, mode }, index) => {
    const priorScale = scales[model.seasonalities.length + model.holidays.length + index]!;
    prophet.addRegressor(name, { mode, priorScale });
  });
  prophet.fit({
    ds: Array.from(history.timesSeconds),
    y: history.values,
    seasonalityConditions: toConditions(history.conditions),
    x: toRegressors(history.regressors),
    ...(history.capacities === undefined ? {} : { cap: Array.from(history.capacities) }),
  });
  return prophet;
}

/** Conditions as augurs takes them. */
export function toConditions(conditions: ProphetHistory['conditions']): Map<string, boolean[]> {
  return new Map(
    Object.entries(conditions ?? {}).map(([name, column]) => [
      name,
      Array.from<number | boolean, boolean>(column, Boolean),
    ]),
  );
}

/** Regressors as augurs takes them. */
export function toRegressors(regressors: ProphetHistory['regressors']): Map<string, number[]> {
  return new Map(Object.entries(regressors ?? {}).map(([name, column]) => [name, Array.from(column)]));
}
