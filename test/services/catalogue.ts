import { alertmanager } from './alertmanager.ts';
import { type CloudSettings, cloud } from './cloud.ts';
import { influxdb } from './influxdb.ts';
import { nodeExporter } from './node-exporter.ts';
import { type PrometheusSettings, prometheus } from './prometheus.ts';
import type { Service, ServiceName } from './service.ts';

/** What each service can be told when it is started. */
export interface SettingsOf {
  readonly prometheus: PrometheusSettings;
  readonly nodeExporter: undefined;
  readonly alertmanager: undefined;
  readonly influxdb: undefined;
  readonly cloud: CloudSettings;
}

/** Every service by its name. */
export const SERVICES: { readonly [Name in ServiceName]: Service<Name, SettingsOf[Name]> } = {
  nodeExporter,
  prometheus,
  alertmanager,
  influxdb,
  cloud,
};

export const SERVICE_NAMES = [
  'nodeExporter',
  'prometheus',
  'alertmanager',
  'influxdb',
  'cloud',
] as const satisfies readonly ServiceName[];
