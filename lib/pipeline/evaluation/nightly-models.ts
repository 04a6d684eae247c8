import type { BaselineModel, BaselineOptions } from '../../baseline/baseline-model.ts';
import { detectionBaselineOptions } from '../../baseline/detection-baseline.ts';
import type { ModelInUse } from '../../evaluation/replay.ts';
import { forecastTimes } from '../../prophet/forecast-times.ts';
import { isRefusal } from '../../prophet/refusal.ts';
import { baselineAt } from '../../series/band.ts';
import { type Aggregation, resample } from '../../series/resampling.ts';
import type { Samples } from '../../series/samples.ts';

/** One night's model and the time from which it is in use. */
export interface NightlyFit<Model> {
  readonly fromSeconds: number;
  /** Undefined when the fit was refused or failed that night. */
  readonly model: Model | undefined;
}

/** What each night's fit learns from, and how. */
export interface NightlyTraining {
  readonly historySeconds: number;
  /** History is put on this step before a fit. */
  readonly stepSeconds: number;
  readonly aggregation: Aggregation;
  /** By the length of the history that a fit gets. */
  readonly optionsFor: (spanSeconds: number) => BaselineOptions;
  /** The carrying capacity of logistic growth, in the unit of the value. */
  readonly capacity?: number | undefined;
}

const DAY_SECONDS = 86_400;
/** The first fit needs as much history: a daily pattern seen once is not yet a pattern. */
const FIRST_FIT_SECONDS = 2 * DAY_SECONDS;
/** A model whose successors all failed is used this long at most. */
const MAXIMUM_AGE_SECONDS = 7 * DAY_SECONDS;

/** Four weeks of five-minute means, as the quality bench measures with. */
export const usualTraining: NightlyTraining = {
  historySeconds: 28 * DAY_SECONDS,
  stepSeconds: 300,
  aggregation: 'mean',
  optionsFor: () => detectionBaselineOptions,
};

/** The times at which a series is refitted: once two days are there, then at each UTC midnight. */
export function refitTimes(timesSeconds: ArrayLike<number>, fitStepSeconds: number): number[] {
  const first = timesSeconds[0];
  const last = timesSeconds[timesSeconds.length - 1];
  if (first === undefined || last === undefined) return [];
  const times: number[] = [];
  // On a border of the averages, so that no average reaches beyond the time of its fit.
  let next = Math.ceil((first + FIRST_FIT_SECONDS) / fitStepSeconds) * fitStepSeconds;
  while (next <= last) {
    times.push(next);
    next = (Math.floor(next / DAY_SECONDS) + 1) * DAY_SECONDS;
  }
  return times;
}

/**
 * Fits the series again and again as the nightly retrain does: each time on the history before it, never later.
 *
 * @param rows in any order, with gaps and NaN; a row that is not newer than all before it is not known to the product
 * and is left out here too.
 */
export async function fitNightly<Model>(
  rows: Samples,
  kind: BaselineModel<Model>,
  { historySeconds, stepSeconds, aggregation, optionsFor, capacity }: NightlyTraining = usualTraining,
): Promise<NightlyFit<Model>[]> {
  const accepted = acceptedSamples(rows);
  const means = resample(accepted, stepSeconds, aggregation);
  const fits: NightlyFit<Model>[] = [];
  for (const fromSeconds of refitTimes(accepted.timesSeconds, stepSeconds)) {
    const first = firstAtOrAfter(means.timesSeconds, fromSeconds - historySeconds);
    const end = firstAtOrAfter(means.timesSeconds, fromSeconds);
    const history = {
      timesSeconds: means.timesSeconds.slice(first, end),
      values: means.values.slice(first, end),
      ...(capacity === undefined ? {} : { capacities: new Float64Array(end - first).fill(capacity) }),
    };
    const spanSeconds = fromSeconds - (history.timesSeconds[0] ?? fromSeconds);
    // As in production: what is refused is lost for this night, and the series is scored with the model before it.
    const outcome = await kind.fit(history, optionsFor(spanSeconds));
    fits.push({ fromSeconds, model: isRefusal(outcome) ? undefined : outcome });
  }
  return fits;
}

/**
 * Which model is in use at which rows, in order: the newest that was fitted, for a week at most. Rows before the first
 * model, or after the last one's week, are in none.
 */
export function modelsInUse<Model>(
  timesSeconds: Float64Array,
  fits: readonly NightlyFit<Model>[],
  kind: BaselineModel<Model>,
): ModelInUse[] {
  const usable = fits.flatMap(({ fromSeconds, model }) =>
    model === undefined ? [] : { fromSeconds, model },
  );
  return usable.flatMap(({ fromSeconds, model }, night) => {
    const nextSeconds = usable[night + 1]?.fromSeconds ?? Number.POSITIVE_INFINITY;
    const firstRow = firstAtOrAfter(timesSeconds, fromSeconds);
    const endRow = firstAtOrAfter(timesSeconds, Math.min(fromSeconds + MAXIMUM_AGE_SECONDS, nextSeconds));
    if (endRow <= firstRow) return [];
    const forecastAt = (times: Float64Array) => kind.forecast(model, forecastTimes(times));
    return {
      firstRow,
      endRow,
      seasonalSkill: kind.skill(model),
      forecast: forecastAt(timesSeconds.subarray(firstRow, endRow)),
      baselineAt: (timeSeconds) => baselineAt(forecastAt(Float64Array.of(timeSeconds)), 0),
    };
  });
}

function firstAtOrAfter(timesSeconds: Float64Array, seconds: number): number {
  const index = timesSeconds.findIndex((time) => time >= seconds);
  return index < 0 ? timesSeconds.length : index;
}

/** The samples that the product would have learnt: finite, each newer than all before it. */
function acceptedSamples({ timesSeconds, values }: Samples): Samples {
  const kept: number[] = [];
  let last = -Infinity;
  for (const [row, time] of timesSeconds.entries()) {
    if (!(time > last) || !Number.isFinite(values[row])) continue;
    last = time;
    kept.push(row);
  }
  return {
    timesSeconds: Float64Array.from(kept, (row) => timesSeconds[row]!),
    values: Float64Array.from(kept, (row) => values[row]!),
  };
}
