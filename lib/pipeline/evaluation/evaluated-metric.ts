import { baselineModels } from '../../baseline/registry.ts';
import type { Series } from '../../series/series.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import { baselineOptions } from '../training/baseline-options.ts';
import type { TrainedMetric } from '../training/trained-metric.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { nightlyModels, type SeriesModels } from './series-models.ts';

/** A watched metric with its history and models, the input of evaluations, backtests and tunings. */
export interface EvaluatedMetric extends Pick<WatchedMetric, 'name' | 'monitor'> {
  readonly models: SeriesModels;
  readonly series: readonly Series[];
  /** Whether the history is simulated. */
  readonly isSimulated: boolean;
  /** The source's warnings that the history may be partial. */
  readonly warnings: readonly string[];
}

/**
 * Reads the history of a metric at each step of the window, with the models that each night would have fitted.
 *
 * @param window both ends included, Unix seconds.
 * @throws errors of the source.
 */
export async function readEvaluatedMetric(
  source: SeriesSource,
  metric: TrainedMetric,
  { startSeconds, endSeconds }: { readonly startSeconds: number; readonly endSeconds: number },
): Promise<EvaluatedMetric> {
  const { name, query, labels, monitor } = metric;
  const { stepSeconds } = monitor;
  const answer = await source.queryRange({
    query,
    labels,
    startSeconds: Math.ceil(startSeconds / stepSeconds) * stepSeconds,
    endSeconds: Math.floor(endSeconds / stepSeconds) * stepSeconds,
    stepSeconds,
  });
  const { series, warnings, isSimulated = source.isSimulated } = answer;
  return { name, monitor, models: nightlyModelsOf(metric), series, warnings, isSimulated };
}

/** The models that each night of a history would have fitted with the metric's settings. */
export function nightlyModelsOf({ settings, monitor }: TrainedMetric): SeriesModels {
  const { kind, historySeconds, stepSeconds, aggregation, growth, capacity, intervalWidth } = settings;
  return nightlyModels(
    baselineModels[kind],
    {
      historySeconds,
      stepSeconds: Math.max(stepSeconds, monitor.stepSeconds),
      aggregation,
      optionsFor: (spanSeconds) => baselineOptions(settings, spanSeconds),
      capacity: growth === 'logistic' ? capacity?.cap : undefined,
    },
    intervalWidth,
  );
}

/**
 * End of a source's history, Unix seconds: the last sample of recorded history, otherwise now.
 */
export async function historyEnd(source: SeriesSource, nowSeconds: number): Promise<number> {
  return (await source.recordedUntilSeconds?.()) ?? nowSeconds;
}
