import type { AugursFit, AugursTask } from './augurs-fit.ts';
import { MINIMUM_SIGMA } from './constant-model.ts';
import { checkFourierColumns } from './feature-tags.ts';
import type { PreparedHistory } from './history.ts';
import type { FittedRegressor, FittedSeasonality, LocalClock, ProphetModel } from './model.ts';
import type { ProphetOptions } from './options.ts';
import { seasonalSkill } from './skill.ts';
import { trendSensitivity } from './trend.ts';
import { bandTableOf } from './trend-uncertainty.ts';

/**
 * The model of a fit: its parameters by name, their scales, and its band.
 *
 * @throws UnexpectedProphetDataError when the features differ from those of a forecast.
 */
export function modelOf(
  prepared: PreparedHistory,
  task: AugursTask,
  fit: AugursFit,
  clock: LocalClock | undefined,
  completeness: number,
): ProphetModel {
  const { options, seconds } = task;
  const { problem, parameters } = fit;
  const { slopeChanges, coefficients } = parameters;
  const { floor, scale } = scalingOf(prepared, options);
  const isFlat = options.growth === 'flat';
  const capacity = problem.capacities.at(-1) ?? 0;
  const noise = {
    sigma: Math.max(parameters.sigma, MINIMUM_SIGMA),
    changepointRate: isFlat ? 0 : slopeChanges.length,
    slopeChangeScale:
      meanMagnitude(slopeChanges) * trendSensitivity(options.growth, fit.trend.at(-1)!, capacity),
  };
  const changed = [...slopeChanges.keys()].filter((index) => !isFlat && slopeChanges[index] !== 0);
  return {
    kind: 'prophet',
    growth: options.growth,
    startSeconds: seconds[0]!,
    spanSeconds: seconds.at(-1)! - seconds[0]!,
    floor,
    scale,
    slope: parameters.slope,
    offset: parameters.offset,
    changepoints: Float64Array.from(changed, (index) => problem.changepoints[index]!),
    slopeChanges: Float64Array.from(changed, (index) => slopeChanges[index]!),
    ...noise,
    capacity,
    seasonalities: fittedSeasonalities(task, fit),
    holidays: task.holidays.map(({ name, windowsSeconds }, index) => ({
      name,
      windowsSeconds,
      mode: options.seasonalityMode,
      coefficient: coefficients[fit.holidayColumns[index]![0]!]!,
    })),
    regressors: fittedRegressors(task, fit),
    clock,
    band: bandTableOf(noise, options.intervalWidth),
    quality: {
      samples: problem.rowCount,
      stepSeconds: prepared.stepSeconds,
      completeness,
      skill: seasonalSkill(problem, fit.trend, coefficients),
      kktResidual: fit.kktResidual,
      method: fit.method,
    },
  };
}

/** How augurs scales the values: (value - floor) / scale. */
export function scalingOf(
  { minimum, maximum }: Pick<PreparedHistory, 'minimum' | 'maximum'>,
  { scaling }: Pick<ProphetOptions, 'scaling'>,
): { readonly floor: number; readonly scale: number } {
  return scaling === 'minMax'
    ? { floor: minimum, scale: maximum - minimum }
    : { floor: 0, scale: Math.max(Math.abs(minimum), Math.abs(maximum)) };
}

function fittedSeasonalities({ terms, seconds }: AugursTask, fit: AugursFit): FittedSeasonality[] {
  const { features, featureCount, rowCount } = fit.problem;
  const lastRow = rowCount - 1;
  return terms.seasonalities.map((term, index) => {
    const columns = fit.seasonalityColumns[index]!;
    if (term.condition === undefined) {
      const cells = columns.map((column) => features[lastRow * featureCount + column]!);
      checkFourierColumns(term, seconds[lastRow]!, cells);
    }
    const { name, periodSeconds, mode, condition } = term;
    const coefficients = Float64Array.from(columns, (column) => fit.parameters.coefficients[column]!);
    return { name, periodSeconds, mode, condition, coefficients };
  });
}

function fittedRegressors({ options, regressors }: AugursTask, fit: AugursFit): FittedRegressor[] {
  const { features, featureCount } = fit.problem;
  return options.regressors.map(({ name, mode = 'additive' }, index) => {
    const column = fit.regressorColumns[index]![0]!;
    const raw = regressors.get(name)!;
    const standardized = raw.map((_, row) => features[row * featureCount + column]!);
    const coefficient = fit.parameters.coefficients[column]!;
    return { name, mode, coefficient, ...standardizationOf(raw, standardized) };
  });
}

/** augurs adds 1e-8 so that its Laplace distribution has a positive scale. */
function meanMagnitude(changes: Float64Array): number {
  if (changes.length === 0) return 0;
  return changes.reduce((sum, change) => sum + Math.abs(change), 0) / changes.length + 1e-8;
}

/**
 * The mean and deviation by which augurs standardized a regressor, derived from its two most distant values.
 */
function standardizationOf(
  raw: Float64Array,
  standardized: Float64Array,
): { mean: number; deviation: number } {
  let least = 0;
  let most = 0;
  for (let row = 0; row < raw.length; row += 1) {
    if (raw[row]! < raw[least]!) least = row;
    if (raw[row]! > raw[most]!) most = row;
  }
  const range = standardized[most]! - standardized[least]!;
  const deviation = range === 0 ? 1 : (raw[most]! - raw[least]!) / range;
  return { mean: raw[least]! - standardized[least]! * deviation, deviation };
}
