import { formatDuration } from '../../config/duration.ts';
import type { DashboardStore } from '../store/dashboard-store.ts';
import type { ProvisioningSettings } from './provisioning-settings.ts';

/** The environment variable of Grafana with the token, where results.token names none. */
const TOKEN_VARIABLE = 'INFLUXDB_TOKEN';
const LOCAL_PROMETHEUS = 'http://127.0.0.1:9090';

/**
 * The data source in Grafana's provisioning format. It holds no secret: Grafana reads the token from its environment.
 */
export function datasource(settings: ProvisioningSettings, store: DashboardStore): object {
  const common = {
    name: `Tidemark (${store.kind})`,
    uid: store.datasourceUid,
    type: store.datasourceType,
    access: 'proxy',
    orgId: 1,
    editable: true,
  };
  return store.kind === 'influxdb'
    ? { ...common, ...influxDb(settings) }
    : { ...common, ...prometheus(settings) };
}

function influxDb({ results }: ProvisioningSettings): object {
  if (results.kind !== 'influxdb') return { url: 'http://127.0.0.1:8086', jsonData: { version: 'Flux' } };
  const variable = 'env' in results.token ? results.token.env : TOKEN_VARIABLE;
  return {
    url: results.url,
    jsonData: { version: 'Flux', organization: results.org, defaultBucket: results.bucket },
    secureJsonData: { token: `\${${variable}}` },
  };
}

function prometheus({ source, schedule }: ProvisioningSettings): object {
  return {
    url: source.kind === 'prometheus' ? source.url : LOCAL_PROMETHEUS,
    jsonData: { httpMethod: 'POST', timeInterval: formatDuration(schedule.intervalSeconds) },
  };
}
