import type { Configuration } from '../config/schema.ts';
import { CloudWatchMetrics } from '../telemetry/cloudwatch-metrics.ts';
import { type OperationalMetrics, silentMetrics } from '../telemetry/operational-metrics.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** CloudWatch metrics in a deployed function; none on a person's machine. */
export function composeMetrics(
  { name, environment, telemetry }: Configuration,
  runtime: Pick<RuntimeContext, 'environment'>,
): OperationalMetrics {
  if (runtime.environment.AWS_LAMBDA_FUNCTION_NAME === undefined) return silentMetrics;
  return new CloudWatchMetrics({ namespace: telemetry.metricsNamespace, service: name, environment });
}
