import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configurationSchema } from '../../lib/config/schema.ts';
import { alertRules } from '../../lib/dashboards/alerting/alert-rules.ts';
import { configuredDashboardStore, type DashboardStoreKind } from '../../lib/dashboards/configured-store.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';
import { dashboardText, provisioningFiles } from '../../lib/dashboards/provisioning/provisioning-files.ts';

const configurationWith = (grafana: object = {}) =>
  configurationSchema.parse({
    source: { kind: 'prometheus', url: 'http://prometheus:9090' },
    metrics: [{ name: 'cpu', query: 'up' }],
    results: { kind: 'influxdb', url: 'http://influxdb:8086', org: 'ops', token: { env: 'READ_TOKEN' } },
    grafana,
  });
const filesOver = (kind: DashboardStoreKind, grafana: object = {}, mountedAt?: string) => {
  const configuration = configurationWith(grafana);
  return provisioningFiles(configuration, configuredDashboardStore(configuration, kind), mountedAt);
};

/** What Grafana makes of a text in a provisioning file: `$$` is a dollar, and a variable is its value. */
function expanded(text: string, environment: Readonly<Record<string, string>>): string {
  return text
    .split('$$')
    .map((part) =>
      part.replace(/\$\{(\w+)\}|\$(\w+)/g, (_, braced, plain) => environment[braced ?? plain] ?? ''),
    )
    .join('$');
}
function expandedIn(value: unknown, environment: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return expanded(value, environment);
  if (Array.isArray(value)) return value.map((one) => expandedIn(one, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, expandedIn(inner, environment)]),
  );
}
const readByGrafana = (text: string | undefined, environment: Record<string, string> = {}) =>
  // biome-ignore lint/suspicious/noExplicitAny: an assertion names what it expects of the document.
  expandedIn(parse(text ?? ''), environment) as any;

describe('the provisioning folder', () => {
  it('has the data source that dashboards and rules read, with the token from the environment of Grafana', () => {
    const file = filesOver('influxdb')['datasources/tidemark.yaml'];
    expect(file).not.toContain('secret');
    const { apiVersion, datasources } = readByGrafana(file, { READ_TOKEN: 'secret' });
    expect(apiVersion).toBe(1);
    expect(datasources).toEqual([
      {
        name: 'Tidemark (influxdb)',
        uid: 'tidemark-influxdb',
        type: 'influxdb',
        access: 'proxy',
        orgId: 1,
        editable: true,
        url: 'http://influxdb:8086',
        jsonData: { version: 'Flux', organization: 'ops', defaultBucket: 'tidemark' },
        secureJsonData: { token: 'secret' },
      },
    ]);
  });

  it('has the Prometheus of the source as data source, where that is chosen', () => {
    const { datasources } = readByGrafana(filesOver('prometheus')['datasources/tidemark.yaml']);
    expect(datasources).toMatchObject([
      { uid: 'tidemark-prometheus', type: 'prometheus', url: 'http://prometheus:9090' },
    ]);
  });

  it('has every dashboard where its provider looks, in the configured folder', () => {
    const files = filesOver('influxdb', { dashboard: { folder: 'Costs $ & more' } });
    const environment = { GF_PATHS_PROVISIONING: '/etc/grafana/provisioning' };
    const { providers } = readByGrafana(files['dashboards/tidemark.yaml'], environment);
    expect(providers).toMatchObject([{ folder: 'Costs $ & more', type: 'file', allowUiUpdates: true }]);
    const { path } = providers[0].options;
    expect(path).toBe('/etc/grafana/provisioning/dashboards/tidemark');
    const configuration = configurationWith({ dashboard: { folder: 'Costs $ & more' } });
    for (const [name, dashboard] of Object.entries(
      dashboards(configuration, configuredDashboardStore(configuration)),
    ))
      expect(files[`dashboards/tidemark/${name}`]).toBe(dashboardText(dashboard));
  });

  it('can be mounted at another place', () => {
    const files = filesOver('influxdb', {}, '/srv/grafana');
    const { providers } = readByGrafana(files['dashboards/tidemark.yaml']);
    expect(providers[0].options.path).toBe('/srv/grafana/dashboards/tidemark');
  });

  it('has the alert rules as they are, whatever Grafana replaces in the file', () => {
    const { groups } = readByGrafana(filesOver('influxdb')['alerting/tidemark-rules.yaml'], { labels: 'x' });
    const configuration = configurationWith();
    const { rules = [] } = alertRules(configuration, configuredDashboardStore(configuration), 'tidemark');
    expect(groups).toMatchObject([{ name: 'tidemark', folder: 'Tidemark', interval: '60s', orgId: 1 }]);
    expect(groups[0].rules).toEqual(
      rules.map(({ folderUID, ruleGroup, orgID, ...rule }) => JSON.parse(JSON.stringify(rule))),
    );
    expect(groups[0].rules[0].annotations.summary).toContain('{{ $labels.metric }}');
  });

  it('has contact points as an example that is valid, and that Grafana does not read under its name', () => {
    const files = filesOver('influxdb');
    const [name, text] = Object.entries(files).find(([file]) => file.includes('contact-points'))!;
    expect(name).toMatch(/^alerting\/.*\.example$/);
    const { contactPoints, policies } = readByGrafana(text, { SLACK_WEBHOOK_URL: 'https://hooks' });
    expect(contactPoints[0].receivers[0]).toMatchObject({
      type: 'slack',
      settings: { url: 'https://hooks' },
    });
    expect(policies[0].routes[0].receiver).toBe(contactPoints[0].name);
    const [, , value] = policies[0].routes[0].object_matchers[0];
    const { rules = [] } = alertRules(
      configurationWith(),
      configuredDashboardStore(configurationWith()),
      'folder',
    );
    expect(rules.map(({ labels }) => labels?.source)).toEqual(rules.map(() => value));
  });
});
