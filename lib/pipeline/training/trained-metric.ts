import type { Configuration, MetricConfiguration } from '../../config/schema.ts';
import { type WatchedMetric, watchedMetric } from '../watch/watched-metric.ts';

/** How a metric's models are fitted and judged, as the configuration says. */
export type ModelSettings = MetricConfiguration['model'];

/** A watched metric with the settings of its models. */
export interface TrainedMetric extends WatchedMetric {
  readonly settings: ModelSettings;
}

/** Resolves metrics of a configuration for a training, an evaluation, or whatever else fits models. */
export function trainedMetric(configuration: Configuration): (metric: MetricConfiguration) => TrainedMetric {
  const watched = watchedMetric(configuration);
  return (metric) => ({ ...watched(metric), settings: metric.model });
}
