import type { Configuration, MetricConfiguration } from '../../config/schema.ts';
import type { SeriesMonitor } from '../../detector/monitor-series.ts';
import { detectors } from '../../detector/registry.ts';
import { type MaintenanceWindow, maintenanceWindows } from './maintenance.ts';

/** How often late samples are counted, and over how many steps at least; each check costs one query. */
const LATE_CHECK_SECONDS = 600;
const LATE_CHECK_STEPS = 10;

/** One metric with all settings of its monitoring; the tick, trainings and evaluations share it. */
export interface WatchedMetric {
  readonly name: string;
  /** PromQL for Prometheus; the metric's name for other sources. */
  readonly query: string;
  /** Names of the labels that its series keep; all labels when omitted. */
  readonly labels?: readonly string[] | undefined;
  /** Names of the labels by which a new series takes over the memory of one that ended; none does when omitted. */
  readonly lineage?: readonly string[] | undefined;
  /** The unit of the values, as Grafana names it; unknown when left out. */
  readonly unit?: string | undefined;
  /** Detector, settings and step. */
  readonly monitor: SeriesMonitor<unknown>;
  /** How long a sample may take to arrive before its step is scored. */
  readonly delaySeconds: number;
  /** How much later than that the samples of all its series may come before their steps are scored without them; 300 when left out. */
  readonly maximumLatenessSeconds?: number;
  /** Steps older than this when a tick runs are skipped. */
  readonly maximumCatchUpSeconds: number;
  /** More series than this is an error of the metric's query. */
  readonly maximumSeries: number;
  /** How much history a new series replays before its first verdict, in seconds; none by default. */
  readonly warmUpSeconds?: number;
  /** A series without samples for this long is removed; never by default. */
  readonly ttlSeconds?: number;
  /** Whether a series that vanishes raises an alert; not by default. */
  readonly alertOnMissing?: boolean;
  /** How often late samples are counted, in seconds; never by default. */
  readonly lateCheckSeconds?: number;
  /** When the metric is scored without alerts, and not learnt; never by default. */
  readonly maintenance?: readonly MaintenanceWindow[];
}

/**
 * Resolves configured metrics: the one place in which configured settings become a watched metric.
 *
 * @returns a function, so that work shared by all metrics is done once.
 */
export function watchedMetric({
  schedule,
  source,
  maintenance,
  limits,
}: Configuration): (metric: MetricConfiguration) => WatchedMetric {
  const windows = maintenanceWindows(maintenance);
  return ({ name, query, labels, lineage, unit, detection, stepSeconds, ...metric }) => ({
    name,
    // Only Prometheus reads PromQL; manual input carries the metric's name.
    query: source.kind === 'prometheus' ? query : name,
    labels,
    lineage,
    unit,
    monitor: { detector: detectors[detection.detector], settings: detection, stepSeconds },
    delaySeconds: source.kind === 'simulation' ? 0 : schedule.evaluationDelaySeconds,
    maximumLatenessSeconds: Math.min(
      schedule.maximumLatenessSeconds,
      // What waits for longer would be skipped as too old to catch up on.
      schedule.maximumCatchUpSeconds / 2,
    ),
    maximumCatchUpSeconds: schedule.maximumCatchUpSeconds,
    maximumSeries: metric.seriesLimit,
    maintenance: windows,
    warmUpSeconds: limits.warmUpSeriesPerTick === 0 ? 0 : schedule.warmUpSeconds,
    ttlSeconds: metric.ttlSeconds,
    alertOnMissing: metric.seriesMissing,
    lateCheckSeconds: Math.max(LATE_CHECK_SECONDS, LATE_CHECK_STEPS * stepSeconds),
  });
}
