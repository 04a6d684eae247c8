import { cleanSamples } from '../../series/cleaning.ts';
import { excludeWindows, type TimeWindow } from '../../series/exclusion.ts';
import { joinSamples } from '../../series/join-samples.ts';
import { type Labels, seriesKey } from '../../series/labels.ts';
import { resample } from '../../series/resampling.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import { TooManySeriesError } from './errors.ts';
import { type CachedHistory, rawHistory } from './raw-history.ts';
import type { TrainedMetric } from './trained-metric.ts';

/** More samples per bucket change its mean only by noise. */
const MOST_SAMPLES_PER_BUCKET = 30;

/** A metric's history, prepared for training. */
export interface MetricHistory {
  /** Cleaned, without excluded windows, resampled to the model's step; by series key. */
  readonly series: ReadonlyMap<string, Series>;
  readonly warnings: readonly string[];
}

/**
 * The history window that ends at a time, in whole steps of the model: the history that a model learns from plus the
 * length of the held-out end, so that the rehearsal learns from a history of the same length.
 *
 * @param timeSeconds Unix seconds, excluded.
 */
export function historyWindow({ settings }: TrainedMetric, timeSeconds: number): TimeWindow {
  const { stepSeconds, historySeconds, promotion } = settings;
  const endSeconds = Math.floor(timeSeconds / stepSeconds) * stepSeconds;
  const steps = Math.floor((historySeconds + promotion.holdoutSeconds) / stepSeconds);
  return { startSeconds: endSeconds - steps * stepSeconds, endSeconds };
}

/**
 * Reads a metric's history piece by piece and resamples each piece as it arrives, so that only one raw piece is in memory.
 *
 * @param leftOut windows that no fit may use.
 * @param cache cached days; undefined to query all days.
 * @returns the series sorted by key.
 * @throws TooManySeriesError when the query returns more series than the limit.
 * @throws SourceQueryError, SourceUnavailableError as the source does.
 */
export async function readHistory(
  source: SeriesSource,
  metric: TrainedMetric,
  timeSeconds: number,
  leftOut: readonly TimeWindow[] = [],
  cache?: CachedHistory,
): Promise<MetricHistory> {
  const { name, query, labels: keptLabels, settings, maximumSeries } = metric;
  const window = historyWindow(metric, timeSeconds);
  const pieces = new Map<string, { readonly labels: Labels; readonly samples: Samples[] }>();
  const warnings = new Set<string>();
  const request = {
    metric: name,
    query,
    labels: keptLabels,
    window,
    timeSeconds,
    stepSeconds: sampleStepSeconds(metric),
    bucketSeconds: settings.stepSeconds,
  };
  for await (const piece of rawHistory(source, request, cache)) {
    for (const warning of [...piece.warnings, ...(piece.notices ?? [])]) warnings.add(warning);
    for (const { labels, samples } of piece.series) {
      const sound = excludeWindows(cleanSamples(samples).samples, leftOut);
      const resampled = resample(sound, settings.stepSeconds, settings.aggregation);
      const key = seriesKey(labels);
      const known = pieces.get(key);
      if (known === undefined) pieces.set(key, { labels, samples: [resampled] });
      else known.samples.push(resampled);
    }
    if (pieces.size > maximumSeries) throw new TooManySeriesError(pieces.size, maximumSeries);
  }
  await cache?.store.prune(name, window.startSeconds).catch((error: unknown) => {
    cache.logger.warn('Could not remove old days of cached history', { metric: name, error });
  });
  const sorted = [...pieces].sort(([one], [other]) => (one < other ? -1 : 1));
  const series = new Map<string, Series>();
  for (const [key, { labels, samples }] of sorted) series.set(key, { labels, samples: joinSamples(samples) });
  return { series, warnings: [...warnings] };
}

/** The metric's step, or a multiple of it when the model's buckets would get more samples than needed. */
export function sampleStepSeconds({ monitor: { stepSeconds }, settings }: TrainedMetric): number {
  const samplesPerBucket = settings.stepSeconds / stepSeconds;
  return stepSeconds * Math.max(1, Math.ceil(samplesPerBucket / MOST_SAMPLES_PER_BUCKET));
}
