import { alertmanager } from './alertmanager.ts';
import { type CloudSettings, cloud } from './cloud.ts';
import { influxdb } from './influxdb.ts';
import { nodeExporter } from './node-exporter.ts';
import { type PrometheusSettings, prometheus, prometheus3 } from './prometheus.ts';
import type { Service, ServiceName } from './service.ts';
import { type VictoriaMetricsSettings, victoriaMetrics } from './victoria-metrics.ts';

/** What each service can be given when it is started. */
export interface SettingsOf {
  readonly prometheus: PrometheusSettings;
  readonly nodeExporter: undefined;
  readonly alertmanager: undefined;
  readonly influxdb: undefined;
  readonly cloud: CloudSettings;
  readonly prometheus3: PrometheusSettings;
  readonly victoriaMetrics: VictoriaMetricsSettings;
}

/** Every service by its name. */
export const SERVICES: { readonly [Name in ServiceName]: Service<Name, SettingsOf[Name]> } = {
  nodeExporter,
  prometheus,
  alertmanager,
  influxdb,
  cloud,
  prometheus3,
  victoriaMetrics,
};

/** What `npm run services -- up` starts: the servers that the product is run with. */
export const STANDARD_SERVICES = [
  'nodeExporter',
  'prometheus',
  'alertmanager',
  'influxdb',
  'cloud',
] as const satisfies readonly ServiceName[];

/** Those and the further sources that contract tests start for themselves. */
export const SERVICE_NAMES = [
  ...STANDARD_SERVICES,
  'prometheus3',
  'victoriaMetrics',
] as const satisfies readonly ServiceName[];
