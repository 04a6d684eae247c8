import { Metrics } from '@aws-lambda-powertools/metrics';
import {
  type MeasurementContext,
  type OperationalMeasurements,
  type OperationalMetricName,
  type OperationalMetrics,
  operationalMetricUnits,
} from './operational-metrics.ts';

/** The labels of all measurements. */
export interface CloudWatchMetricsOptions {
  /** The CloudWatch namespace. */
  readonly namespace: string;
  /** Name of the installation. */
  readonly service: string;
  /** Which installation it is: production, staging. */
  readonly environment: string;
}

/**
 * Measurements in CloudWatch's embedded metric format: one line of JSON on standard output, which CloudWatch
 * Logs turns into metrics, so that recording needs no call and no permission.
 *
 * Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".
 */
export class CloudWatchMetrics implements OperationalMetrics {
  readonly #options: CloudWatchMetricsOptions;

  constructor(options: CloudWatchMetricsOptions) {
    this.#options = options;
  }

  record(
    measurements: OperationalMeasurements,
    { dimensions = {}, properties = {} }: MeasurementContext = {},
  ): void {
    const { namespace, service, environment } = this.#options;
    const names = Object.keys(operationalMetricUnits) as OperationalMetricName[];
    // One instance per line: values left in a shared one after an interruption would appear in the next line.
    const line = new Metrics({
      namespace,
      serviceName: service,
      defaultDimensions: { environment, ...dimensions },
    });
    for (const name of names) {
      const value = measurements[name];
      if (value !== undefined && Number.isFinite(value))
        line.addMetric(name, operationalMetricUnits[name], value);
    }
    if (!line.hasStoredMetrics()) return;
    for (const [name, value] of Object.entries(properties)) line.addMetadata(name, value);
    line.publishStoredMetrics();
  }
}
