import type { MetricConfiguration } from '../../config/schema.ts';
import type { SeriesMonitor } from '../../detector/monitor-series.ts';
import type { MaintenanceWindow } from '../watch/maintenance.ts';
import type { MonitoredMetric } from '../watch/monitored-metric.ts';

/** How a metric's models are fitted and judged, as the configuration says. */
export type ModelSettings = MetricConfiguration['model'];

/** One metric as a training run sees it. */
export interface TrainingMetric {
  readonly name: string;
  readonly query: string;
  /** Names of the labels that its series keep; all of them when left out. */
  readonly labels?: readonly string[] | undefined;
  /** Distance of the samples that are asked for. */
  readonly stepSeconds: number;
  /** More series than this is an error of the metric's query. */
  readonly maximumSeries: number;
  readonly settings: ModelSettings;
  /** How the tick watches the metric: what a model is worth to it is a part of the judgement. */
  readonly monitor: SeriesMonitor<unknown>;
  /** When what is measured means nothing; never by default. */
  readonly maintenance?: readonly MaintenanceWindow[];
  /** How the tick watches it: for new series their history is replayed so. Undefined where nothing is to be replayed. */
  readonly watched?: MonitoredMetric | undefined;
}
