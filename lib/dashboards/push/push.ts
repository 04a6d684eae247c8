import { alertRules, folderUidOf } from '../alerting/alert-rules.ts';
import { dashboards } from '../dashboards.ts';
import type { ProvisioningSettings } from '../provisioning/provisioning-settings.ts';
import type { DashboardStore } from '../store/dashboard-store.ts';
import { differences } from './differences.ts';
import { GrafanaPushError } from './errors.ts';
import type { GrafanaApi } from './grafana-api.ts';

/** What was done with one thing, or would be. */
export interface PushStep {
  readonly thing: string;
  readonly action: 'created' | 'changed' | 'unchanged';
  /** What changes, as lines for a person. */
  readonly differences: readonly string[];
}

/** What Grafana writes itself. */
const OF_GRAFANA: ReadonlySet<string> = new Set([
  'id',
  'version',
  'updated',
  'provenance',
  'orgID',
  'iteration',
]);

/**
 * Sends the folder, the dashboards and the alert rules. Repeated, it changes nothing.
 *
 * @param isDryRun whether nothing is sent: the steps are the same.
 * @throws GrafanaPushError when Grafana can't be reached, refuses something, or has no such data source.
 */
export async function push(
  api: GrafanaApi,
  settings: ProvisioningSettings,
  store: DashboardStore,
  isDryRun: boolean,
): Promise<PushStep[]> {
  const { folder } = settings.grafana.dashboard;
  const folderUid = folderUidOf(settings);
  await demandDatasource(api, store);
  const steps: PushStep[] = [];
  const send = async (method: 'POST' | 'PUT', path: string, body: object) => {
    if (!isDryRun) await api.send(method, path, body);
  };

  const there = await api.get(`folders/${folderUid}`);
  const folderStep = stepOf(`folder ${folder}`, there, { title: folder });
  steps.push(folderStep);
  if (there === undefined) await send('POST', 'folders', { uid: folderUid, title: folder });
  else if (folderStep.action === 'changed')
    await send('PUT', `folders/${folderUid}`, { title: folder, overwrite: true });

  for (const dashboard of Object.values(dashboards(settings, store))) {
    const known = await api.get(`dashboards/uid/${dashboard.uid}`);
    const step = stepOf(`dashboard ${dashboard.title}`, withFolder(known), { folderUid, ...dashboard });
    steps.push(step);
    if (step.action !== 'unchanged')
      await send('POST', 'dashboards/db', {
        dashboard: { ...dashboard, id: null },
        folderUid,
        overwrite: true,
        message: 'tidemark dashboards push',
      });
  }

  const group = alertRules(settings, store, folderUid);
  const groupPath = `v1/provisioning/folder/${folderUid}/rule-groups/${group.title}`;
  const step = stepOf(`alert rules ${group.title}`, await api.get(groupPath), group);
  steps.push(step);
  if (step.action !== 'unchanged') await send('PUT', groupPath, group);
  return steps;
}

/** Without it every panel would only say that its data source is missing. */
async function demandDatasource(api: GrafanaApi, { datasourceUid, kind }: DashboardStore): Promise<void> {
  if ((await api.get(`datasources/uid/${datasourceUid}`)) !== undefined) return;
  throw new GrafanaPushError(
    `Grafana has no data source with the uid "${datasourceUid}": add the ${kind} data source first, with that uid, or write its uid into grafana.datasourceUid`,
  );
}

function stepOf(thing: string, there: unknown, wanted: object): PushStep {
  if (there === undefined) return { thing, action: 'created', differences: [] };
  const found = differences(only(there, wanted), plain(wanted), OF_GRAFANA);
  return { thing, action: found.length === 0 ? 'unchanged' : 'changed', differences: found };
}

/** Of what Grafana answers, the outermost keys that are sent: it adds its own. */
function only(there: unknown, wanted: object): unknown {
  const known = there as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, known[key]]));
}

/** A dashboard and the folder that it is in, as Grafana answers them. */
function withFolder(there: unknown): unknown {
  if (there === undefined) return undefined;
  const { dashboard, meta } = there as { dashboard: object; meta?: { folderUid?: string } };
  return { folderUid: meta?.folderUid, ...dashboard };
}

/** As JSON: the builders of the library leave functions behind. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
