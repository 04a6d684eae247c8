import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Configuration } from '../config/schema.ts';
import type { OperationalMetricName } from '../telemetry/operational-metrics.ts';

/** The installation that the measurements belong to. */
export type MeasuredInstallation = Pick<Configuration, 'name' | 'environment' | 'telemetry'>;

/**
 * A metric that the functions record of themselves, with its name and labels in
 * lib/telemetry/cloudwatch-metrics.ts.
 */
export function ownMetric(
  { name: service, environment, telemetry }: MeasuredInstallation,
  metricName: OperationalMetricName,
  statistic: 'Maximum' | 'Sum',
  period: Duration,
): Metric {
  return new Metric({
    namespace: telemetry.metricsNamespace,
    metricName,
    dimensionsMap: { service, environment },
    statistic,
    period,
  });
}
