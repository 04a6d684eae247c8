import { clockOf } from '../prophet/clock.ts';
import { ModelFileError, UnknownPlaceError } from '../prophet/errors.ts';
import { forecastTimes } from '../prophet/forecast-times.ts';
import type { LocalClock } from '../prophet/model.ts';
import { type FitRefusal, refuse } from '../prophet/refusal.ts';
import type { Forecast } from '../series/band.ts';
import { cleanSamples } from '../series/cleaning.ts';
import { quantile } from '../series/quantile.ts';
import type { Samples } from '../series/samples.ts';
import type { BaselineModel, BaselineOptions } from './baseline-model.ts';

/** One value for each phase of a day or a week, and the spread of the samples around them. */
export interface SeasonalNaiveModel {
  readonly kind: 'seasonal-naive';
  /** 0 when the history is shorter than two days: the forecast is then the level alone. */
  readonly periodSeconds: number;
  /** The history's level, in the unit of the value. */
  readonly level: number;
  /** Difference from the level in each phase; the phases divide the period evenly. At least one. */
  readonly phases: Float64Array;
  /** Distance of the band's upper edge from the expected value, > 0. */
  readonly halfWidth: number;
  readonly skill: number;
  readonly trainedUntilSeconds: number;
  readonly clock: LocalClock | undefined;
}

const VERSION = 1;
const DAY_SECONDS = 86_400;
const MINIMUM_SAMPLES = 8;
const DEFAULT_WIDTH = 0.99;
/** Half-hours: fine enough for a daily shape, coarse enough that each phase of a week has several samples. */
const PHASE_SECONDS = 1800;
/** The minimum of the band's half width, as a fraction of the level. */
const MINIMUM_HALF_WIDTH = 1e-6;
const CALENDAR_AHEAD_SECONDS = 400 * DAY_SECONDS;

/** As in Prophet: a daily season needs two days, a weekly one two weeks less a step. */
const periods = [
  { periodSeconds: 7 * DAY_SECONDS, leastSpanSeconds: 13.3 * DAY_SECONDS },
  { periodSeconds: DAY_SECONDS, leastSpanSeconds: 1.8 * DAY_SECONDS },
] as const;

/**
 * "As at the same time of earlier days (or weeks)": the median of the history in each half-hour of the
 * period. It has no trend and no holidays; a simple alternative to compare Prophet with.
 *
 * Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.2 (with medians over
 * all periods).
 */
export const seasonalNaive: BaselineModel<SeasonalNaiveModel> = {
  fit: async (history, options) => {
    try {
      return learn(history, options);
    } catch (error) {
      if (error instanceof UnknownPlaceError) return refuse('invalid-options', error.message);
      throw error;
    }
  },
  forecast(model, times): Forecast {
    const seasonal = times.localSeconds(model.clock).map((time) => model.phases[phaseAt(model, time)]!);
    const expected = seasonal.map((departure) => model.level + departure);
    return {
      expected,
      lower: expected.map((value) => value - model.halfWidth),
      upper: expected.map((value) => value + model.halfWidth),
      seasonal,
    };
  },
  skill: (model) => model.skill,
  trainedUntilSeconds: (model) => model.trainedUntilSeconds,
  encode: (model) => ({ version: VERSION, ...model }),
  decode: (record) => {
    if (!isRecord(record)) {
      throw new ModelFileError(
        'not-a-model',
        'the record is not a seasonal-naive model. Train the series again.',
      );
    }
    if (record.version !== VERSION) {
      throw new ModelFileError(
        'unknown-version',
        `it has version ${record.version}, not ${VERSION}. Train the series again.`,
      );
    }
    const { version: _, ...model } = record;
    return model;
  },
};

function learn(history: Samples, options: BaselineOptions): SeasonalNaiveModel | FitRefusal {
  const { timesSeconds, values } = cleanSamples(history).samples;
  if (values.length === 0)
    return refuse('no-finite-samples', 'No sample has a finite value: nothing can be learned.');
  if (values.length < MINIMUM_SAMPLES) {
    return refuse(
      'too-few-samples',
      `There are ${values.length} usable samples; a model needs ${MINIMUM_SAMPLES}.`,
    );
  }
  const width = options.intervalWidth ?? DEFAULT_WIDTH;
  if (!(width > 0 && width < 1))
    return refuse('invalid-options', `intervalWidth is ${width}, not between 0 and 1.`);
  const first = timesSeconds[0]!;
  const last = timesSeconds.at(-1)!;
  const clock =
    options.timeZone === undefined
      ? undefined
      : clockOf(options.timeZone, first - DAY_SECONDS, last + CALENDAR_AHEAD_SECONDS);
  const period = periods.find(({ leastSpanSeconds }) => last - first >= leastSpanSeconds);
  const periodSeconds = period?.periodSeconds ?? 0;
  const median = quantile(values, 0.5);
  const shape = { periodSeconds, phases: new Float64Array(Math.max(1, periodSeconds / PHASE_SECONDS)) };
  const phaseOf = Int32Array.from(forecastTimes(timesSeconds).localSeconds(clock), (time) =>
    phaseAt(shape, time),
  );
  const departures = byPhase(values, phaseOf, shape.phases.length).map((inside) =>
    inside.length === 0 ? 0 : quantile(inside, 0.5) - median,
  );
  // Centre the seasonal part: the level takes the mean of the phases.
  const shift = sum(departures) / departures.length;
  const level = median + shift;
  const phases = Float64Array.from(departures, (departure) => departure - shift);
  const residuals = values.map((value, row) => Math.abs(value - level - phases[phaseOf[row]!]!));
  const flat = values.map((value) => Math.abs(value - level));
  return {
    kind: 'seasonal-naive',
    periodSeconds,
    level,
    phases,
    halfWidth: Math.max(quantile(residuals, width), MINIMUM_HALF_WIDTH * (Math.abs(level) || 1)),
    skill: sum(flat) === 0 ? 0 : 1 - sum(residuals) / sum(flat),
    trainedUntilSeconds: last,
    clock,
  };
}

/** The values of each phase, in order. */
function byPhase(values: Float64Array, phaseOf: Int32Array, phaseCount: number): Float64Array[] {
  const counts = new Int32Array(phaseCount);
  for (const phase of phaseOf) counts[phase]! += 1;
  const groups = Array.from(counts, (count) => new Float64Array(count));
  counts.fill(0);
  for (const [row, phase] of phaseOf.entries()) {
    groups[phase]![counts[phase]!] = values[row]!;
    counts[phase]! += 1;
  }
  return groups;
}

function phaseAt(
  { periodSeconds, phases }: Pick<SeasonalNaiveModel, 'periodSeconds' | 'phases'>,
  time: number,
): number {
  if (periodSeconds === 0) return 0;
  const into = ((time % periodSeconds) + periodSeconds) % periodSeconds;
  return Math.min(phases.length - 1, Math.floor((into / periodSeconds) * phases.length));
}

function sum(column: readonly number[] | Float64Array): number {
  let total = 0;
  for (const value of column) total += value;
  return total;
}

function isRecord(record: unknown): record is SeasonalNaiveModel & { readonly version: number } {
  return (
    typeof record === 'object' &&
    record !== null &&
    'version' in record &&
    'kind' in record &&
    record.kind === 'seasonal-naive' &&
    'phases' in record &&
    record.phases instanceof Float64Array &&
    record.phases.length > 0
  );
}
