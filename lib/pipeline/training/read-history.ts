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

/** More samples than this in one bucket change its mean no more than by their noise. */
const MOST_SAMPLES_PER_BUCKET = 30;

/** A metric's history, ready to be learnt from. */
export interface MetricHistory {
  /** Cleaned, without what is to be left out, resampled to the model's step; by series key. */
  readonly series: ReadonlyMap<string, Series>;
  readonly warnings: readonly string[];
}

/**
 * The history to be read before a moment, in whole steps of the model: what a model learns from, and before it as much as
 * is held out, so that the rehearsal learns from a history of the same length.
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
 * Reads a metric's history, piece by piece; each is resampled as it comes, so that no more than one is held raw.
 *
 * @param leftOut windows that no fit of the metric shall see.
 * @param kept days that were asked for before; undefined to ask for all.
 * @returns the series in the order of their keys.
 * @throws TooManySeriesError when the query returns more series than the metric may have.
 * @throws SourceQueryError, SourceUnavailableError as the source does.
 */
export async function readHistory(
  source: SeriesSource,
  metric: TrainedMetric,
  timeSeconds: number,
  leftOut: readonly TimeWindow[] = [],
  kept?: CachedHistory,
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
  for await (const piece of rawHistory(source, request, kept)) {
    for (const warning of piece.warnings) warnings.add(warning);
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
  await kept?.store.prune(name, window.startSeconds).catch((error: unknown) => {
    kept.logger.warn('Old days of history can not be removed', { metric: name, error });
  });
  const sorted = [...pieces].sort(([one], [other]) => (one < other ? -1 : 1));
  const series = new Map<string, Series>();
  for (const [key, { labels, samples }] of sorted) series.set(key, { labels, samples: joinSamples(samples) });
  return { series, warnings: [...warnings] };
}

/** The metric's own step, or a multiple of it where the model's buckets would hold more samples than they need. */
export function sampleStepSeconds({ monitor: { stepSeconds }, settings }: TrainedMetric): number {
  const samplesPerBucket = settings.stepSeconds / stepSeconds;
  return stepSeconds * Math.max(1, Math.ceil(samplesPerBucket / MOST_SAMPLES_PER_BUCKET));
}
