import type { Configuration, MetricConfiguration } from '../config/schema.ts';
import { detectors } from '../detector/registry.ts';
import { maintenanceWindows } from '../pipeline/watch/maintenance.ts';
import type { MonitoredMetric } from '../pipeline/watch/monitored-metric.ts';

/** What came too late is counted this often, and at least this many steps at once: a query each time. */
const LATE_CHECK_SECONDS = 600;

const LATE_CHECK_STEPS = 10;

/** A metric as the tick watches it. */
export function monitoredMetric({
  schedule,
  source,
  maintenance,
  limits,
}: Configuration): (metric: MetricConfiguration) => MonitoredMetric {
  const windows = maintenanceWindows(maintenance);
  return (metric) => ({
    name: metric.name,
    // Only Prometheus reads PromQL; what a person hands in bears the metric's name.
    query: source.kind === 'prometheus' ? (metric.query ?? metric.name) : metric.name,
    labels: metric.labels,
    monitor: {
      detector: detectors[metric.detection.detector],
      settings: metric.detection,
      stepSeconds: metric.stepSeconds,
    },
    delaySeconds: source.kind === 'simulation' ? 0 : schedule.evaluationDelaySeconds,
    maximumCatchUpSeconds: schedule.maximumCatchUpSeconds,
    maximumSeries: metric.seriesLimit,
    maintenance: windows,
    warmUpSeconds: limits.warmUpSeriesPerTick === 0 ? 0 : schedule.warmUpSeconds,
    ttlSeconds: metric.ttlSeconds,
    alertOnMissing: metric.seriesMissing,
    lateCheckSeconds: Math.max(LATE_CHECK_SECONDS, LATE_CHECK_STEPS * metric.stepSeconds),
  });
}
