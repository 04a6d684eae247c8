import type { Forecast } from '../series/band.ts';
import { MissingForecastInputError } from './errors.ts';
import type { ForecastTimes } from './forecast-times.ts';
import type { FittedHoliday, FittedSeasonality, ProphetModel } from './model.ts';
import type { ComponentMode } from './options.ts';
import { trendAt } from './trend.ts';
import { bandHalfWidth } from './trend-uncertainty.ts';

/** Future values of the inputs that a model was trained with; one value per time. */
export interface ForecastInputs {
  readonly conditions?: Readonly<Record<string, ArrayLike<number | boolean>>> | undefined;
  readonly regressors?: Readonly<Record<string, ArrayLike<number>>> | undefined;
  /** Carrying capacities in the unit of the value; by default the last one of the history. */
  readonly capacities?: ArrayLike<number> | undefined;
}

/**
 * One component's contribution at each time: in the unit of the value if additive, as a fraction of the trend
 * if multiplicative.
 */
interface ComponentForecast {
  readonly name: string;
  readonly kind: 'seasonality' | 'holiday' | 'regressor';
  readonly mode: ComponentMode;
  readonly values: Float64Array;
}

/** A forecast by component. */
export interface Decomposition {
  /** In the unit of the value. */
  readonly trend: Float64Array;
  readonly components: readonly ComponentForecast[];
}

/**
 * The forecast of one model: expected value, band, and the seasonal part (every component but the trend and
 * its level).
 *
 * @param times shared by all models that are forecast at the same times.
 * @throws MissingForecastInputError when `inputs` lacks an input that the model was trained with.
 */
export function forecastProphet(
  model: ProphetModel,
  times: ForecastTimes,
  inputs: ForecastInputs = {},
): Forecast {
  const { trend, components } = decomposeForecast(model, times, inputs);
  const count = trend.length;
  const additive = new Float64Array(count);
  const factor = new Float64Array(count).fill(1);
  for (const { mode, values } of components) {
    const into = mode === 'additive' ? additive : factor;
    for (let row = 0; row < count; row += 1) into[row]! += values[row]!;
  }
  const expected = new Float64Array(count);
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  const seasonal = new Float64Array(count);
  const seconds = times.localSeconds(model.clock);
  for (let row = 0; row < count; row += 1) {
    expected[row] = trend[row]! * factor[row]! + additive[row]!;
    seasonal[row] = expected[row]! - trend[row]!;
    const horizon = (seconds[row]! - model.startSeconds) / model.spanSeconds - 1;
    const half = model.scale * bandHalfWidth(model, model.band, horizon, factor[row]!);
    lower[row] = expected[row]! - half;
    upper[row] = expected[row]! + half;
  }
  return { expected, lower, upper, seasonal };
}

/**
 * Trend and components, separately.
 *
 * @throws MissingForecastInputError as `forecastProphet`.
 */
export function decomposeForecast(
  model: ProphetModel,
  times: ForecastTimes,
  inputs: ForecastInputs = {},
): Decomposition {
  const seconds = times.localSeconds(model.clock);
  const scaledTimes = seconds.map((time) => (time - model.startSeconds) / model.spanSeconds);
  const trend = trendAt(model, scaledTimes, capacitiesOf(model, inputs, scaledTimes.length));
  for (let row = 0; row < trend.length; row += 1) trend[row] = trend[row]! * model.scale + model.floor;
  const components: ComponentForecast[] = [];
  for (const seasonality of model.seasonalities) {
    const values = seasonalValues(model, seasonality, times);
    if (seasonality.condition !== undefined) {
      const holds = inputOf(inputs.conditions, 'condition', seasonality.condition);
      for (let row = 0; row < values.length; row += 1) if (!holds[row]) values[row] = 0;
    }
    components.push({ name: seasonality.name, kind: 'seasonality', mode: seasonality.mode, values });
  }
  for (const holiday of model.holidays) {
    const effect = holiday.coefficient * unitOf(model, holiday.mode);
    const values = seconds.map((time) => (isWithin(holiday, time) ? effect : 0));
    components.push({ name: holiday.name, kind: 'holiday', mode: holiday.mode, values });
  }
  for (const regressor of model.regressors) {
    const known = inputOf(inputs.regressors, 'regressor', regressor.name);
    const unit = (regressor.coefficient * unitOf(model, regressor.mode)) / regressor.deviation;
    const values = seconds.map((_, row) => unit * (Number(known[row]) - regressor.mean));
    components.push({ name: regressor.name, kind: 'regressor', mode: regressor.mode, values });
  }
  return { trend, components };
}

/** Additive components are in the unit of the value, multiplicative ones a fraction of the trend. */
function unitOf(model: ProphetModel, mode: ComponentMode): number {
  return mode === 'additive' ? model.scale : 1;
}

function seasonalValues(
  model: ProphetModel,
  seasonality: FittedSeasonality,
  times: ForecastTimes,
): Float64Array {
  const { coefficients, periodSeconds, mode } = seasonality;
  const { terms, stride } = times.fourierTerms(periodSeconds, coefficients.length / 2, model.clock);
  const unit = unitOf(model, mode);
  const values = new Float64Array(times.timesSeconds.length);
  for (let row = 0; row < values.length; row += 1) {
    let sum = 0;
    for (let term = 0; term < coefficients.length; term += 1) {
      sum += coefficients[term]! * terms[row * stride + term]!;
    }
    values[row] = sum * unit;
  }
  return values;
}

function isWithin({ windowsSeconds }: FittedHoliday, time: number): boolean {
  for (let index = 0; index < windowsSeconds.length; index += 2) {
    if (time >= windowsSeconds[index]! && time < windowsSeconds[index + 1]!) return true;
  }
  return false;
}

function capacitiesOf(model: ProphetModel, inputs: ForecastInputs, count: number): Float64Array {
  const stated = inputs.capacities;
  if (stated === undefined) return new Float64Array(count).fill(model.capacity);
  return Float64Array.from({ length: count }, (_, row) => (stated[row]! - model.floor) / model.scale);
}

function inputOf<Value>(
  known: Readonly<Record<string, ArrayLike<Value>>> | undefined,
  kind: 'condition' | 'regressor',
  name: string,
): ArrayLike<Value> {
  const input = known?.[name];
  if (input === undefined) throw new MissingForecastInputError(kind, name);
  return input;
}
