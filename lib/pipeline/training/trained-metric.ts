import type { Configuration, MetricConfiguration } from '../../config/schema.ts';
import { type WatchedMetric, watchedMetric } from '../watch/watched-metric.ts';

/** The configured settings for fitting and judging a metric's models. */
export type ModelSettings = MetricConfiguration['model'];

/** A watched metric with its model settings. */
export interface TrainedMetric extends WatchedMetric {
  readonly settings: ModelSettings;
}

/** Resolves configured metrics for everything that fits models, such as trainings and evaluations. */
export function trainedMetric(configuration: Configuration): (metric: MetricConfiguration) => TrainedMetric {
  const watched = watchedMetric(configuration);
  return (metric) => ({ ...watched(metric), settings: metric.model });
}
