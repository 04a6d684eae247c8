import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import { accuracyDashboard } from './accuracy-dashboard.ts';
import type { FluxSource } from './flux-target.ts';

/**
 * Every dashboard of an installation, by file name.
 *
 * @throws RangeError when results do not go to InfluxDB, which the dashboards read.
 */
export function dashboards({
  grafana,
  results,
}: Pick<Configuration, 'grafana' | 'results'>): Readonly<Record<string, Dashboard>> {
  if (results.kind !== 'influxdb')
    throw new RangeError(
      `results.kind is "${results.kind}": the dashboards read InfluxDB, so set it to influxdb first`,
    );
  const source: FluxSource = {
    datasource: { type: 'influxdb', uid: grafana.datasourceUid },
    bucket: results.bucket,
  };
  return { 'accuracy.json': accuracyDashboard(grafana, source) };
}
