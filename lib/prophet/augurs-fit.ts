import type {
  Prophet,
  ProphetHoliday,
  ProphetInitialParams,
  ProphetOptimizeOptions,
  ProphetOptimizeOutput,
} from '@bsull/augurs/prophet';
import { loadAugurs } from './augurs.ts';
import { columnsByComponent, taggedPriorScale } from './feature-tags.ts';
import type { HolidayCalendarEntry } from './holidays.ts';
import type { ProphetParameters } from './log-posterior.ts';
import { mapOptimizer, type ProphetOptimizer } from './map-optimizer.ts';
import type { ProphetOptions } from './options.ts';
import { findPosteriorMode, type PosteriorMode } from './posterior-mode.ts';
import { parseStanProblem, type StanProblem } from './stan-problem.ts';
import type { ChosenTerms } from './terms.ts';
import { loadWasmstan } from './wasmstan.ts';

/** The input of augurs. */
export interface AugursTask {
  /** Whole seconds of the model's clock. */
  readonly seconds: Float64Array;
  readonly values: Float64Array;
  readonly conditions: ReadonlyMap<string, boolean[]>;
  readonly regressors: ReadonlyMap<string, Float64Array>;
  readonly capacities: Float64Array | undefined;
  readonly terms: ChosenTerms;
  /** Windows in the model's clock. */
  readonly holidays: readonly HolidayCalendarEntry[];
  readonly options: ProphetOptions;
}

/** The mode, and the feature columns of each component. */
export interface AugursFit {
  /** Its features in canonical order, except when Stan found the mode. */
  readonly problem: StanProblem;
  /** A'A of the problem's design, when the exact solver computed it. */
  readonly gram: Float64Array | undefined;
  readonly parameters: ProphetParameters;
  /** Scaled, length of the history. */
  readonly trend: Float64Array;
  readonly method: 'exact' | 'stan';
  readonly kktResidual: number;
  readonly converged: boolean;
  readonly seasonalityColumns: readonly (readonly number[])[];
  readonly holidayColumns: readonly (readonly number[])[];
  readonly regressorColumns: readonly (readonly number[])[];
}

/** Prophet's own default; augurs' is 100. */
const HOLIDAYS_PRIOR_SCALE = 10;

/**
 * Lets augurs build features, changepoints and scaling, and finds the posterior mode: exactly when the
 * problem is convex, otherwise with Stan.
 *
 * @throws UnexpectedProphetDataError for an unsupported version of augurs; Error with the message of augurs
 * or Stan when one of them fails.
 */
export async function fitWithAugurs(task: AugursTask): Promise<AugursFit> {
  const { options, terms, holidays } = task;
  const components = [
    ...terms.seasonalities.map(({ priorScale }) => priorScale),
    ...holidays.map(() => options.holidays?.priorScale ?? HOLIDAYS_PRIOR_SCALE),
    ...options.regressors.map(({ priorScale }) => priorScale ?? options.seasonalityPriorScale),
  ];
  const scales = components.map(taggedPriorScale);
  let solved: Omit<AugursFit, 'seasonalityColumns' | 'holidayColumns' | 'regressorColumns'> | undefined;
  const optimizer = isConvexTask(task)
    ? mapOptimizer(({ problem, gram, mode }) => {
        solved = { problem, gram, ...exactly(mode) };
      })
    : listenToStan(await loadWasmstan(), (problem, parameters, trend) => {
        const method = 'stan';
        const gram = undefined;
        solved = { problem, gram, parameters, trend, method, kktResidual: Number.NaN, converged: true };
      });
  const prophet = openProphet(task, scales, optimizer);
  try {
    prophet.fit({
      ds: Array.from(task.seconds),
      y: task.values,
      seasonalityConditions: new Map(task.conditions),
      x: new Map(task.regressors),
      ...(task.capacities === undefined ? {} : { cap: task.capacities }),
    });
  } finally {
    prophet.free();
  }
  if (solved === undefined) throw new Error('augurs did not call its optimizer');
  const columns = columnsByComponent(scales, solved.problem.priorScales);
  const holidaysFrom = terms.seasonalities.length;
  const regressorsFrom = holidaysFrom + holidays.length;
  return {
    ...solved,
    seasonalityColumns: columns.slice(0, holidaysFrom),
    holidayColumns: columns.slice(holidaysFrom, regressorsFrom),
    regressorColumns: columns.slice(regressorsFrom),
  };
}

/**
 * Solves a problem that differs from an exactly solved one only in its values: bit for bit as {@link
 * fitWithAugurs}, without calling augurs.
 *
 * @param values scaled as augurs scales them.
 */
export function refit(known: AugursFit, values: Float64Array): AugursFit {
  const problem = { ...known.problem, values };
  return { ...known, problem, ...exactly(findPosteriorMode(problem, known.gram)) };
}

function exactly(mode: PosteriorMode) {
  const { trend, kktResidual, converged } = mode;
  return { parameters: mode, trend, method: 'exact', kktResidual, converged } as const;
}

/** Whether the exact solver applies: a trend linear in its parameters, and no multiplicative features. */
function isConvexTask({ options, terms, holidays }: AugursTask): boolean {
  return (
    options.growth !== 'logistic' &&
    terms.seasonalities.every(({ mode }) => mode === 'additive') &&
    (holidays.length === 0 || options.seasonalityMode === 'additive') &&
    options.regressors.every(({ mode }) => mode !== 'multiplicative')
  );
}

function openProphet(task: AugursTask, scales: readonly number[], optimizer: ProphetOptimizer): Prophet {
  const { options, terms, holidays } = task;
  const AugursProphet = loadAugurs();
  const off = { type: 'manual', enabled: false } as const;
  let component = 0;
  const seasonalityScales = terms.seasonalities.map(() => scales[component++]!);
  const holidayEntries = holidays.map(({ name, windowsSeconds }): [string, ProphetHoliday] => [
    name,
    { occurrences: occurrencesOf(windowsSeconds), priorScale: scales[component++]! },
  ]);
  const prophet = new AugursProphet({
    optimizer,
    growth: options.growth,
    scaling: options.scaling,
    nChangepoints: terms.changepointCount,
    changepointRange: options.changepointRange,
    changepointPriorScale: options.changepointPriorScale,
    seasonalityMode: options.seasonalityMode,
    yearlySeasonality: off,
    weeklySeasonality: off,
    dailySeasonality: off,
    uncertaintySamples: 0,
    ...(holidayEntries.length === 0 ? {} : { holidays: new Map(holidayEntries) }),
  });
  terms.seasonalities.forEach(({ name, periodSeconds, order, mode, condition }, index) => {
    prophet.addSeasonality(name, {
      period: periodSeconds / 86_400,
      fourierOrder: order,
      priorScale: seasonalityScales[index]!,
      mode,
      ...(condition === undefined ? {} : { conditionName: condition }),
    });
  });
  for (const { name, mode, standardize } of options.regressors) {
    prophet.addRegressor(name, {
      mode: mode ?? 'additive',
      standardize: standardize ?? 'auto',
      priorScale: scales[component++]!,
    });
  }
  return prophet;
}

function occurrencesOf(windowsSeconds: Float64Array): ProphetHoliday['occurrences'] {
  const occurrences: ProphetHoliday['occurrences'] = [];
  for (let index = 0; index < windowsSeconds.length; index += 2) {
    occurrences.push({ start: windowsSeconds[index]!, end: windowsSeconds[index + 1]! });
  }
  return occurrences;
}

function listenToStan(
  stan: ProphetOptimizer,
  onSolved: (problem: StanProblem, parameters: ProphetParameters, trend: Float64Array) => void,
): ProphetOptimizer {
  return {
    optimize(init, dataJson, options) {
      const output = optimizeByStan(stan, init, dataJson, options);
      const { k, m, delta, beta, sigmaObs, trend } = output.params;
      onSolved(
        parseStanProblem(dataJson),
        { slope: k, offset: m, slopeChanges: delta, coefficients: beta, sigma: sigmaObs },
        trend,
      );
      return output;
    },
  };
}

/**
 * Stan's line search fails when no step improves the objective enough, as happens close to the optimum. Its
 * other quasi-Newton method, and then a looser tolerance, continue from there. (Its Newton method traps or
 * does not end.)
 */
const STAN_ATTEMPTS = [{}, { algorithm: 'bfgs' }, { tolObj: 1e-8, tolRelObj: 1e7 }] as const;

function optimizeByStan(
  stan: ProphetOptimizer,
  init: ProphetInitialParams,
  dataJson: string,
  options: ProphetOptimizeOptions,
): ProphetOptimizeOutput {
  const faults: string[] = [];
  for (const attempt of STAN_ATTEMPTS) {
    try {
      return stan.optimize(init, dataJson, { ...options, ...attempt });
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`Stan failed: ${faults.join('; ')}`);
}
