/**
 * Everything that Tidemark measures of itself, with its unit as CloudWatch names it. Counts of trouble are recorded only
 * when there is some (see docs/operations.md): CloudWatch bills every metric that was sent within the hour.
 */
export const operationalMetricUnits = {
  /** How far the watermark is behind the tick's time, of the metric where it is furthest behind. */
  WatermarkLag: 'Seconds',
  SeriesScored: 'Count',
  /** The age of the oldest model in use, from the end of what it has learnt. */
  ModelAge: 'Seconds',
  LoadDuration: 'Milliseconds',
  QueryDuration: 'Milliseconds',
  ScoreDuration: 'Milliseconds',
  WarmUpDuration: 'Milliseconds',
  WriteDuration: 'Milliseconds',
  SaveDuration: 'Milliseconds',
  PublishDuration: 'Milliseconds',
  ClearDuration: 'Milliseconds',
  AlertsDelivered: 'Count',
  AlertDeliveryFailures: 'Count',
  /** Connections that nothing got through, by what they are for. */
  SourceDown: 'Count',
  StoreDown: 'Count',
  AlertChannelDown: 'Count',
  /** Connections that answered in part, or after repetitions. */
  ConnectionDegraded: 'Count',
  PointsLate: 'Count',
  /** Points that the result store refused for what they are. */
  PointsRejected: 'Count',
  /** Answers that came with warnings. */
  PartialQueries: 'Count',
  /** Metrics that the tick could not score. */
  MetricFaults: 'Count',
  StatesSetAside: 'Count',
  /** What was given up since it lay past the bound of the catch-up. */
  CatchUpSkipped: 'Seconds',
  /** From the start of a retraining to its report. */
  TrainingDuration: 'Seconds',
  /** Metrics that a retraining could not train; 0 when all went well. */
  TrainingFailures: 'Count',
  /** Metrics with a new model. */
  ModelsPromoted: 'Count',
  /** Metrics whose candidates were all worse than what is in use. */
  ModelsRejected: 'Count',
} as const satisfies Readonly<Record<string, OperationalMetricUnit>>;

/** The units in use, of those that CloudWatch knows. */
export type OperationalMetricUnit = 'Count' | 'Seconds' | 'Milliseconds' | 'Bytes';

export type OperationalMetricName = keyof typeof operationalMetricUnits;

/** Numbers of one run, by name; one that is undefined or not finite is left out. */
export type OperationalMeasurements = Readonly<Partial<Record<OperationalMetricName, number | undefined>>>;

/** What the measurements are about. */
export interface MeasuredThing {
  /**
   * What CloudWatch tells apart, besides the service and the environment: each value makes a metric of its own, which
   * costs as much as a metric.
   */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** What is only noted beside the numbers, to search the log by: a shard, a version. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Where the product's measurements of itself go; not to be confused with the metrics that it watches. */
export interface OperationalMetrics {
  /** Records numbers that belong together. It never fails and never waits. */
  record(measurements: OperationalMeasurements, about?: MeasuredThing): void;
}

/** Keeps nothing, for programs that nobody watches by metrics. */
export const silentMetrics: OperationalMetrics = { record() {} };
