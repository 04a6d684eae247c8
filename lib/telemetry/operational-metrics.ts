/**
 * All measurements of Tidemark itself, with their CloudWatch units. Counts of faults are recorded only when
 * above zero (see docs/operations.md): CloudWatch bills every metric that was sent within the hour.
 */
export const operationalMetricUnits = {
  /** How far the watermark lags behind the tick's time; the largest lag of all metrics. */
  WatermarkLag: 'Seconds',
  SeriesScored: 'Count',
  /** The age of the oldest model in use, from the end of its training history. */
  ModelAge: 'Seconds',
  LoadDuration: 'Milliseconds',
  QueryDuration: 'Milliseconds',
  ScoreDuration: 'Milliseconds',
  WarmUpDuration: 'Milliseconds',
  WriteDuration: 'Milliseconds',
  SaveDuration: 'Milliseconds',
  PublishDuration: 'Milliseconds',
  DrainDuration: 'Milliseconds',
  ClearDuration: 'Milliseconds',
  AlertsDelivered: 'Count',
  AlertDeliveryFailures: 'Count',
  /** Connections without a successful call, by purpose. */
  SourceDown: 'Count',
  StoreDown: 'Count',
  AlertChannelDown: 'Count',
  /** Copies of the results whose store takes nothing. */
  CopyDown: 'Count',
  /** Connections that answered in part, or after retries. */
  ConnectionDegraded: 'Count',
  PointsLate: 'Count',
  /** Points that the result store refused as invalid. */
  PointsRejected: 'Count',
  /** Records that wait in the spool since the result store is down. */
  ResultsSpooled: 'Count',
  /** Records that were given up since the spool was full. */
  ResultsGivenUp: 'Count',
  /** The same of the copies of the results. */
  CopiesRejected: 'Count',
  CopiesSpooled: 'Count',
  CopiesGivenUp: 'Count',
  /** Answers that came with warnings. */
  PartialQueries: 'Count',
  /** Metrics that the tick could not score. */
  MetricFaults: 'Count',
  /** Metrics without a scored sample for longer than `alerts.silentTicks`. */
  MetricsSilent: 'Count',
  StatesSetAside: 'Count',
  /** Time that was skipped because it was beyond the catch-up limit. */
  CatchUpSkipped: 'Seconds',
  /** From the start of a retraining to its report. */
  TrainingDuration: 'Seconds',
  /** Metrics that a retraining could not train; 0 when all succeeded. */
  TrainingFailures: 'Count',
  /** Metrics with a new model. */
  ModelsPromoted: 'Count',
  /** Metrics whose candidates were all worse than the champions. */
  ModelsRejected: 'Count',
} as const satisfies Readonly<Record<string, OperationalMetricUnit>>;

/** The CloudWatch units in use. */
export type OperationalMetricUnit = 'Count' | 'Seconds' | 'Milliseconds' | 'Bytes';

export type OperationalMetricName = keyof typeof operationalMetricUnits;

/** Measurements of one run, by name; undefined and non-finite ones are left out. */
export type OperationalMeasurements = Readonly<Partial<Record<OperationalMetricName, number | undefined>>>;

/** The subject of the measurements. */
export interface MeasurementContext {
  /**
   * Dimensions in CloudWatch besides the service and the environment: each value is billed as a metric of its
   * own.
   */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Fields beside the numbers, for searching the log: a shard, a version. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Receives measurements of Tidemark itself, as opposed to the metrics that it monitors. */
export interface OperationalMetrics {
  /** Records related measurements. Never fails and never waits. */
  record(measurements: OperationalMeasurements, about?: MeasurementContext): void;
}

/** Discards all measurements, for programs that are not monitored. */
export const silentMetrics: OperationalMetrics = { record() {} };
