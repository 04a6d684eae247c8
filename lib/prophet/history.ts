import { cleanSamples } from '../series/cleaning.ts';
import type { Samples } from '../series/samples.ts';
import { inferStepSeconds } from '../series/step.ts';
import type { ProphetOptions } from './options.ts';
import { type FitRefusal, refuse } from './refusal.ts';

/** The history to fit: samples and, where the options name them, one value per sample of each input. */
export interface ProphetHistory extends Samples {
  readonly conditions?: Readonly<Record<string, ArrayLike<number | boolean>>> | undefined;
  readonly regressors?: Readonly<Record<string, ArrayLike<number>>> | undefined;
  /** Carrying capacity of each sample in the unit of the value; needed for logistic growth. */
  readonly capacities?: ArrayLike<number> | undefined;
}

/**
 * A history ready for a fit: whole seconds, ascending, finite, one per time, its inputs in the same order.
 */
export interface PreparedHistory {
  readonly kind: 'prepared';
  readonly samples: Samples;
  readonly conditions: ReadonlyMap<string, boolean[]>;
  readonly regressors: ReadonlyMap<string, Float64Array>;
  readonly capacities: Float64Array | undefined;
  readonly stepSeconds: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** The minimum for a slope and its noise: two coefficients need four, and a median of steps a few more. */
const MINIMUM_SAMPLES = 8;

/** The features of more would exceed the text in which augurs passes them. */
const MAXIMUM_SAMPLES = 100_000;

/** Cleans the history and its inputs; refuses what no model can be fitted to. */
export function prepareHistory(
  history: ProphetHistory,
  options: ProphetOptions,
): PreparedHistory | FitRefusal {
  // augurs keeps time in whole seconds.
  const timesSeconds = history.timesSeconds.map((time) => Math.round(time));
  const { samples, rows } = cleanSamples({ timesSeconds, values: history.values });
  const count = rows.length;
  const given = history.values.length;
  if (count === 0) {
    return refuse(
      'no-finite-samples',
      `None of the ${given} samples has a finite value: nothing can be learned.`,
    );
  }
  if (count < MINIMUM_SAMPLES) {
    return refuse(
      'too-few-samples',
      `There are ${count} usable samples of ${given}; a model needs at least ${MINIMUM_SAMPLES}. Use a longer history.`,
    );
  }
  if (count > MAXIMUM_SAMPLES) {
    return refuse(
      'too-many-samples',
      `There are ${count} samples, more than the ${MAXIMUM_SAMPLES} of one fit. Resample to a coarser step first.`,
    );
  }
  const conditions = new Map<string, boolean[]>();
  for (const { name, condition } of options.seasonalities) {
    if (condition === undefined) continue;
    const column = history.conditions?.[condition];
    if (column === undefined) return missing(`the condition "${condition}" of the seasonality "${name}"`);
    conditions.set(
      condition,
      Array.from(rows, (row) => Boolean(column[row])),
    );
  }
  const regressors = new Map<string, Float64Array>();
  for (const { name } of options.regressors) {
    const column = history.regressors?.[name];
    if (column === undefined) return missing(`the regressor "${name}"`);
    const values = Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
    if (!values.every(Number.isFinite))
      return missing(`a finite value of the regressor "${name}" at every sample`);
    regressors.set(name, values);
  }
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of samples.values) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  if (!Number.isFinite(maximum - minimum)) {
    return refuse(
      'no-finite-samples',
      `The values run from ${minimum} to ${maximum}: their range is not finite.`,
    );
  }
  const capacities = capacitiesOf(history, rows, options, minimum);
  if (options.growth === 'logistic' && capacities === undefined) {
    return missing('a carrying capacity above its floor at every sample');
  }
  return {
    kind: 'prepared',
    samples,
    conditions,
    regressors,
    capacities,
    stepSeconds: inferStepSeconds(samples.timesSeconds),
    minimum,
    maximum,
  };
}

function capacitiesOf(
  { capacities }: ProphetHistory,
  rows: Int32Array,
  options: ProphetOptions,
  minimum: number,
): Float64Array | undefined {
  if (options.growth !== 'logistic' || capacities === undefined) return undefined;
  const floor = options.scaling === 'minMax' ? minimum : 0;
  const column = Float64Array.from(rows, (row) => capacities[row] ?? Number.NaN);
  return column.every((capacity) => Number.isFinite(capacity) && capacity > floor) ? column : undefined;
}

function missing(what: string): FitRefusal {
  return refuse('missing-input', `The options need ${what}, but the history does not have it.`);
}
