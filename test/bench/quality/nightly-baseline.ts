import { type Baseline, baselineAt, type Forecast } from '../../../lib/series/band.ts';
import type { Samples } from '../../../lib/series/samples.ts';

/** What the bench needs of a baseline model; `Fitted` is plain data that the cache can store. */
export interface BenchBaseline {
  /** Names the model, its options and the versions behind it: a fit is reused only under the same identity. */
  readonly identity: string;
  /** Fits cleaned history; undefined when there is nothing to be learnt from it. */
  fit(history: Samples): Promise<unknown>;
  forecast(fitted: unknown, timesSeconds: Float64Array): Forecast;
  /** Share of the absolute deviation from the trend that the seasonal part explains in sample, at most 1. */
  skill(fitted: unknown): number;
}

/** One night's model at work: the rows of a series from its first one to its last one. */
export interface ModelInUse {
  readonly firstRow: number;
  readonly endRow: number;
  readonly seasonalSkill: number;
  /** By row less `firstRow`. */
  readonly forecast: Forecast;
  /** The model's word on any other time. */
  baselineAt(timeSeconds: number): Baseline;
}

/** One night's model and the time from which it is in use. */
export interface NightlyFit {
  readonly fromSeconds: number;
  /** Undefined when the fit failed that night. */
  readonly fitted: unknown;
}

const DAY_SECONDS = 86_400;
/** The first fit needs as much history: a daily pattern seen once is not yet a pattern. */
const FIRST_FIT_SECONDS = 2 * DAY_SECONDS;
const HISTORY_SECONDS = 28 * DAY_SECONDS;
/** History is averaged to this step before a fit, as the retrain does. */
const FIT_STEP_SECONDS = 300;
/** A model whose successors all failed is used this long at most. */
const MAXIMUM_AGE_SECONDS = 7 * DAY_SECONDS;

/** The times at which a series is refitted: once two days are there, then at each UTC midnight. */
export function refitTimes(timesSeconds: ArrayLike<number>): number[] {
  const first = timesSeconds[0];
  const last = timesSeconds[timesSeconds.length - 1];
  if (first === undefined || last === undefined) return [];
  const times: number[] = [];
  // On a border of the averages, so that no average reaches beyond the time of its fit.
  let next = Math.ceil((first + FIRST_FIT_SECONDS) / FIT_STEP_SECONDS) * FIT_STEP_SECONDS;
  while (next <= last) {
    times.push(next);
    next = (Math.floor(next / DAY_SECONDS) + 1) * DAY_SECONDS;
  }
  return times;
}

/**
 * Fits the series again and again as the nightly retrain does: each time on the 28 days before it, never later.
 *
 * @param rows in any order, with gaps and NaN; a row that is not newer than all before it is not known to the product
 * and is left out here too.
 */
export async function fitNightly(rows: Samples, baseline: BenchBaseline): Promise<NightlyFit[]> {
  const accepted = acceptedSamples(rows);
  const means = fiveMinuteMeans(accepted);
  const fits: NightlyFit[] = [];
  for (const fromSeconds of refitTimes(accepted.timesSeconds)) {
    const first = firstAtOrAfter(means.timesSeconds, fromSeconds - HISTORY_SECONDS);
    const end = firstAtOrAfter(means.timesSeconds, fromSeconds);
    const history = {
      timesSeconds: means.timesSeconds.slice(first, end),
      values: means.values.slice(first, end),
    };
    fits.push({ fromSeconds, fitted: await tryFit(baseline, history) });
  }
  return fits;
}

async function tryFit(baseline: BenchBaseline, history: Samples): Promise<unknown> {
  try {
    return await baseline.fit(history);
  } catch {
    // As in production: the night's fit is lost, the series is scored with the model before it.
    return undefined;
  }
}

/**
 * Which model is in use at which rows, in order: the newest that was fitted, for a week at most. Rows before the first
 * model, or after the last one's week, are in none.
 */
export function modelsInUse(
  timesSeconds: Float64Array,
  fits: readonly NightlyFit[],
  baseline: BenchBaseline,
): ModelInUse[] {
  const usable = fits.filter((fit) => fit.fitted !== undefined);
  return usable.flatMap(({ fromSeconds, fitted }, night) => {
    const nextSeconds = usable[night + 1]?.fromSeconds ?? Number.POSITIVE_INFINITY;
    const firstRow = firstAtOrAfter(timesSeconds, fromSeconds);
    const endRow = firstAtOrAfter(timesSeconds, Math.min(fromSeconds + MAXIMUM_AGE_SECONDS, nextSeconds));
    if (endRow <= firstRow) return [];
    return {
      firstRow,
      endRow,
      seasonalSkill: baseline.skill(fitted),
      forecast: baseline.forecast(fitted, timesSeconds.subarray(firstRow, endRow)),
      baselineAt: (timeSeconds) => baselineAt(baseline.forecast(fitted, Float64Array.of(timeSeconds)), 0),
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

/** Means over aligned five minutes, at the mean time of what they hold; coarser series stay as they are. */
function fiveMinuteMeans({ timesSeconds, values }: Samples): Samples {
  const means: { bucket: number; count: number; seconds: number; value: number }[] = [];
  for (const [row, time] of timesSeconds.entries()) {
    const bucket = Math.floor(time / FIT_STEP_SECONDS);
    let mean = means.at(-1);
    if (mean?.bucket !== bucket) {
      mean = { bucket, count: 0, seconds: 0, value: 0 };
      means.push(mean);
    }
    mean.count += 1;
    mean.seconds += (time - mean.seconds) / mean.count;
    mean.value += (values[row]! - mean.value) / mean.count;
  }
  return {
    timesSeconds: Float64Array.from(means, (mean) => mean.seconds),
    values: Float64Array.from(means, (mean) => mean.value),
  };
}
