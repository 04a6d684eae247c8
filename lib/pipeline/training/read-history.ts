import { cleanSamples } from '../../series/cleaning.ts';
import { excludeWindows, type TimeWindow } from '../../series/exclusion.ts';
import { type Labels, seriesKey } from '../../series/labels.ts';
import { resample } from '../../series/resampling.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import { TooManySeriesError } from './errors.ts';
import { historyChunks } from './history-chunks.ts';
import type { TrainingMetric } from './training-metric.ts';

/** Points of one series in one query: 11,000 are allowed, but a thousand series of them would be one answer of 250 MB. */
const POINTS_PER_QUERY = 2000;

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
export function historyWindow({ settings }: TrainingMetric, timeSeconds: number): TimeWindow {
  const { stepSeconds, historySeconds, promotion } = settings;
  const endSeconds = Math.floor(timeSeconds / stepSeconds) * stepSeconds;
  const steps = Math.floor((historySeconds + promotion.holdoutSeconds) / stepSeconds);
  return { startSeconds: endSeconds - steps * stepSeconds, endSeconds };
}

/**
 * Reads a metric's history, chunk by chunk; each is resampled as it comes, so that no more than one is held raw.
 *
 * @throws TooManySeriesError when the query returns more series than the metric may have.
 * @throws SourceQueryError, SourceUnavailableError as the source does.
 */
export async function readHistory(
  source: SeriesSource,
  metric: TrainingMetric,
  window: TimeWindow,
): Promise<MetricHistory> {
  const { query, labels: keptLabels, settings } = metric;
  const stepSeconds = sampleStepSeconds(metric);
  const excluded = settings.exclude.map(({ fromSeconds, toSeconds }) => ({
    startSeconds: fromSeconds,
    endSeconds: toSeconds,
  }));
  const pieces = new Map<string, { readonly labels: Labels; readonly samples: Samples[] }>();
  const warnings = new Set<string>();
  for (const chunk of historyChunks(window, stepSeconds, settings.stepSeconds, POINTS_PER_QUERY)) {
    const answer = await source.queryRange({ query, labels: keptLabels, stepSeconds, ...chunk });
    for (const warning of answer.warnings) warnings.add(warning);
    for (const { labels, samples } of answer.series) {
      const sound = excludeWindows(cleanSamples(samples).samples, excluded);
      const resampled = resample(sound, settings.stepSeconds, settings.aggregation);
      const key = seriesKey(labels);
      const known = pieces.get(key);
      if (known === undefined) pieces.set(key, { labels, samples: [resampled] });
      else known.samples.push(resampled);
    }
    if (pieces.size > metric.maximumSeries) throw new TooManySeriesError(pieces.size, metric.maximumSeries);
  }
  const series = new Map<string, Series>();
  for (const [key, { labels, samples }] of pieces) series.set(key, { labels, samples: joined(samples) });
  return { series, warnings: [...warnings] };
}

/** The metric's own step, or a multiple of it where the model's buckets would hold more samples than they need. */
function sampleStepSeconds({ stepSeconds, settings }: TrainingMetric): number {
  const samplesPerBucket = settings.stepSeconds / stepSeconds;
  return stepSeconds * Math.max(1, Math.ceil(samplesPerBucket / MOST_SAMPLES_PER_BUCKET));
}

function joined(pieces: readonly Samples[]): Samples {
  const count = pieces.reduce((sum, { values }) => sum + values.length, 0);
  const timesSeconds = new Float64Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (const piece of pieces) {
    timesSeconds.set(piece.timesSeconds, at);
    values.set(piece.values, at);
    at += piece.values.length;
  }
  return { timesSeconds, values };
}
