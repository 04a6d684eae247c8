import { forecasterOf } from '../../baseline/forecasters.ts';
import type { DetectionSettings } from '../../detector/settings.ts';
import type { TrainedSeries } from '../../models/model-set.ts';
import type { ModelStore } from '../../models/model-store.ts';
import { forecastTimes } from '../../prophet/forecast-times.ts';
import type { BaselineRecord, ResultStore } from '../../results/result-store.ts';

const HOUR_SECONDS = 3600;
/** The next night's retraining writes the band from then on. */
const HOURS_AHEAD = 24;
/** A retraining in the evening is followed by one in the night after the next day. */
const HOURS_AHEAD_IN_THE_EVENING = 36;
const EVENING_HOUR = 16;
/** Bounds the memory: a hundred thousand points at a time. */
const SERIES_AT_ONCE = 500;

/** What writing the band ahead needs. */
export interface BandAheadPorts {
  readonly models: ModelStore;
  readonly results: ResultStore;
}

/**
 * Writes what the champions of a metric expect of the coming day: expected, lower and upper of each series. Points of an
 * earlier champion are replaced, since they have the same times. A result store that keeps no band ahead is left alone.
 *
 * @param fromSeconds the first moment, Unix seconds.
 * @param domain values outside are impossible: the band does not reach there.
 * @throws errors of the stores; what was written then is valid.
 */
export async function writeBandAhead(
  { models, results }: BandAheadPorts,
  metric: string,
  fromSeconds: number,
  domain: DetectionSettings['domain'] = {},
): Promise<void> {
  const { bandAheadStepSeconds } = results;
  if (bandAheadStepSeconds === undefined) return;
  const { champions } = await models.champions();
  const pointer = champions.get(metric);
  const champion = pointer && (await models.loadChampion(metric, pointer));
  if (champion === undefined) return;
  const { series, isSimulated } = champion.set;
  const times = forecastTimes(timesAhead(fromSeconds, bandAheadStepSeconds));
  for (let start = 0; start < series.length; start += SERIES_AT_ONCE)
    await results.write(
      series
        .slice(start, start + SERIES_AT_ONCE)
        .flatMap((one) => bandOf(one, times, domain).map((band) => ({ ...band, metric, isSimulated }))),
    );
}

/** Whole steps, so that the next retraining writes to the same times. */
function timesAhead(fromSeconds: number, stepSeconds: number): Float64Array {
  const first = Math.ceil(fromSeconds / stepSeconds);
  const isEvening = new Date(fromSeconds * 1000).getUTCHours() >= EVENING_HOUR;
  const hours = isEvening ? HOURS_AHEAD_IN_THE_EVENING : HOURS_AHEAD;
  const count = Math.ceil((hours * HOUR_SECONDS) / stepSeconds);
  return Float64Array.from({ length: count }, (_, index) => (first + index) * stepSeconds);
}

function bandOf(
  { labels, fitted }: TrainedSeries,
  times: ReturnType<typeof forecastTimes>,
  domain: DetectionSettings['domain'],
): Omit<BaselineRecord, 'metric' | 'isSimulated'>[] {
  if (fitted === undefined) return [];
  const { minimum = -Infinity, maximum = Infinity } = domain;
  const within = (value: number | undefined) => Math.min(maximum, Math.max(minimum, value ?? Number.NaN));
  const { expected, lower, upper } = forecasterOf(fitted.kind).forecast(fitted.model, times);
  return [...times.timesSeconds].map((timeSeconds, index) => ({
    measurement: 'baseline',
    labels,
    timeSeconds,
    expected: within(expected[index]),
    lower: within(lower[index]),
    upper: within(upper[index]),
  }));
}
