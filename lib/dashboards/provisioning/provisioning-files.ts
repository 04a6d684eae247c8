import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { stringify } from 'yaml';
import { alertRules, folderUidOf } from '../alerting/alert-rules.ts';
import { dashboards } from '../dashboards.ts';
import type { DashboardStore } from '../store/dashboard-store.ts';
import { contactPointsExample } from './contact-points-example.ts';
import { datasource } from './datasource.ts';
import type { ProvisioningSettings } from './provisioning-settings.ts';

/** Where Grafana finds the folder, unless the caller says another place: every container and the docs set it. */
const PROVISIONING_VARIABLE = '${GF_PATHS_PROVISIONING}';
const JSON_FOLDER = 'dashboards/tidemark';
/** How often Grafana looks whether the files have changed. */
const UPDATE_SECONDS = 30;

/** A dashboard as the text of its file. */
export function dashboardText(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

/**
 * The files of a folder that Grafana takes as its provisioning folder: data source, dashboards, alert rules, and contact
 * points as an example, by their path inside of it.
 *
 * @param mountedAt the path of the folder where Grafana runs.
 */
export function provisioningFiles(
  settings: ProvisioningSettings,
  store: DashboardStore,
  mountedAt = PROVISIONING_VARIABLE,
): Readonly<Record<string, string>> {
  const { folder } = settings.grafana.dashboard;
  const provider = {
    name: 'tidemark',
    orgId: 1,
    folder: literal(folder),
    type: 'file',
    disableDeletion: false,
    allowUiUpdates: true,
    updateIntervalSeconds: UPDATE_SECONDS,
    // Not literal: Grafana replaces the variable.
    options: { path: `${mountedAt}/${JSON_FOLDER}` },
  };
  const { title, interval, rules = [] } = alertRules(settings, store, folderUidOf(settings));
  const group = {
    orgId: 1,
    name: title,
    folder,
    interval: `${interval}s`,
    // File provisioning names the folder by its title, and the rest of these by the group.
    rules: rules.map(({ folderUID: _, ruleGroup: __, orgID: ___, ...rule }) => rule),
  };
  const made = Object.entries(dashboards(settings, store)).map(
    ([file, dashboard]) => [`${JSON_FOLDER}/${file}`, dashboardText(dashboard)] as const,
  );
  return {
    'datasources/tidemark.yaml': yaml({ apiVersion: 1, datasources: [datasource(settings, store)] }),
    'dashboards/tidemark.yaml': yaml({ apiVersion: 1, providers: [provider] }),
    'alerting/tidemark-rules.yaml': yaml({ apiVersion: 1, groups: [literals(group)] }),
    'alerting/tidemark-contact-points.yaml.example': contactPointsExample,
    ...Object.fromEntries(made),
  };
}

function yaml(document: object): string {
  return `# Written by "tidemark dashboards --provisioning"; changes are lost when it is written again.\n${stringify(
    // The builders of the library leave functions behind, which YAML has no form for.
    JSON.parse(JSON.stringify(document)),
    { lineWidth: 0 },
  )}`;
}

/** Text in which Grafana replaces no environment variable. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function literals(value: unknown): unknown {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map(literals);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literals(inner)]));
}
