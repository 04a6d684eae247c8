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

/** The settings of each night's fit. */
export interface NightlyTraining {
  readonly historySeconds: number;
  /** History is resampled to this step before a fit. */
  readonly stepSeconds: number;
  readonly aggregation: Aggregation;
  /** The options for a history of this length. */
  readonly optionsFor: (spanSeconds: number) => BaselineOptions;
  /** The carrying capacity of logistic growth, in the unit of the value. */
  readonly capacity?: number | undefined;
}

const DAY_SECONDS = 86_400;
/** History required by the first fit: a daily pattern needs at least two days. */
const FIRST_FIT_SECONDS = 2 * DAY_SECONDS;
/** Maximum age of a model in use when later fits fail. */
const MAXIMUM_AGE_SECONDS = 7 * DAY_SECONDS;

/** Four weeks of five-minute means, as in the quality bench. */
export const usualTraining: NightlyTraining = {
  historySeconds: 28 * DAY_SECONDS,
  stepSeconds: 300,
  aggregation: 'mean',
  optionsFor: () => detectionBaselineOptions,
};

/** The times at which a series is refitted: after the first two days, then at each UTC midnight. */
export function refitTimes(timesSeconds: ArrayLike<number>, fitStepSeconds: number): number[] {
  const first = timesSeconds[0];
  const last = timesSeconds[timesSeconds.length - 1];
  if (first === undefined || last === undefined) return [];
  const times: number[] = [];
  // Aligned to the resampling step, so that no bucket reaches beyond the time of its fit.
  let next = Math.ceil((first + FIRST_FIT_SECONDS) / fitStepSeconds) * fitStepSeconds;
  while (next <= last) {
    times.push(next);
    next = (Math.floor(next / DAY_SECONDS) + 1) * DAY_SECONDS;
  }
  return times;
}

/**
 * Fits the series once per night like the nightly retraining: each time only on earlier history.
 *
 * @param rows may have gaps and NaN; a row that is not newer than all rows before it is skipped, as in the product.
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
    // As in production: after a refused fit the series is scored with the previous model.
    const outcome = await kind.fit(history, optionsFor(spanSeconds));
    fits.push({ fromSeconds, model: isRefusal(outcome) ? undefined : outcome });
  }
  return fits;
}

/**
 * The model in use at each range of rows, in order: the newest fit, for at most a week. Rows before the first model, or
 * more than a week after the last, have none.
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

/** The samples that the product would learn: finite, each newer than all before it. */
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
