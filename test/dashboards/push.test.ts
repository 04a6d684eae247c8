import { describe, expect, it } from 'vitest';
import { pushDashboards } from '../../lib/compose/push-dashboards.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { FakeGrafana } from './fake-grafana.ts';

const environment = { GRAFANA_TOKEN: 'right' };
const configurationWith = (dashboard: object = {}, more: object = {}) =>
  configurationSchema.parse({
    source: { kind: 'simulation' },
    metrics: [{ name: 'cpu' }],
    results: { kind: 'influxdb', url: 'http://127.0.0.1:8086', token: { env: 'TOKEN' } },
    grafana: { token: { env: 'GRAFANA_TOKEN' }, dashboard, ...more },
  });
const pushTo = (grafana: FakeGrafana, dashboard: object = {}, dryRun = false) =>
  pushDashboards(configurationWith(dashboard), environment, { grafana: grafana.url, dryRun });
const actions = (steps: Awaited<ReturnType<typeof pushTo>>) =>
  Object.fromEntries(steps.map(({ thing, action }) => [thing, action]));

describe('tidemark dashboards push', () => {
  it('creates the folder, the dashboards and the alert rules in an empty Grafana, with the token', async () => {
    await using grafana = await FakeGrafana.start();
    const steps = await pushTo(grafana);
    expect(actions(steps)).toEqual({
      'folder Tidemark': 'created',
      'dashboard Tidemark: overview': 'created',
      'dashboard Tidemark: metric': 'created',
      'dashboard Tidemark: models': 'created',
      'dashboard Tidemark: accuracy': 'created',
      'dashboard Tidemark: operations': 'created',
      'alert rules tidemark': 'created',
    });
    expect(grafana.folders.get('tidemark-folder')).toEqual({ title: 'Tidemark' });
    expect([...grafana.dashboards.keys()]).toContain('tidemark-overview');
    expect([...grafana.dashboards.values()].map(({ folderUid }) => folderUid)).toEqual(
      Array(5).fill('tidemark-folder'),
    );
    const [group] = grafana.groups.values();
    expect(group).toMatchObject({ title: 'tidemark', folderUid: 'tidemark-folder' });
    expect(new Set(grafana.requests.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer right']),
    );
  });

  it('changes nothing when it is repeated', async () => {
    await using grafana = await FakeGrafana.start();
    await pushTo(grafana);
    const writes = grafana.writes.length;
    expect(new Set(Object.values(actions(await pushTo(grafana))))).toEqual(new Set(['unchanged']));
    expect(grafana.writes).toHaveLength(writes);
  });

  it('changes only what differs, and says where', async () => {
    await using grafana = await FakeGrafana.start();
    await pushTo(grafana);
    const { dashboard } = grafana.dashboards.get('tidemark-models')!;
    (dashboard.panels as { title: string }[])[0]!.title = 'Changed by hand';
    const before = grafana.writes.length;
    const changed = (await pushTo(grafana)).filter(({ action }) => action !== 'unchanged');
    expect(changed).toEqual([
      {
        thing: 'dashboard Tidemark: models',
        action: 'changed',
        differences: ['panels[0].title: "Changed by hand" becomes "Oldest model"'],
      },
    ]);
    expect(grafana.writes.slice(before)).toEqual(['POST /api/dashboards/db']);
  });

  it('moves dashboards that are in another folder, and renames the folder', async () => {
    await using grafana = await FakeGrafana.start();
    await pushTo(grafana);
    const stored = grafana.dashboards.get('tidemark')!;
    grafana.dashboards.set('tidemark', { ...stored, folderUid: 'elsewhere' });
    const steps = await pushTo(grafana, { folder: 'Anomalies' });
    expect(steps.filter(({ action }) => action === 'changed')).toEqual([
      {
        thing: 'folder Anomalies',
        action: 'changed',
        differences: ['title: "Tidemark" becomes "Anomalies"'],
      },
      {
        thing: 'dashboard Tidemark: metric',
        action: 'changed',
        differences: ['folderUid: "elsewhere" becomes "tidemark-folder"'],
      },
    ]);
    expect(grafana.folders.get('tidemark-folder')).toEqual({ title: 'Anomalies' });
    expect(grafana.dashboards.get('tidemark')?.folderUid).toBe('tidemark-folder');
  });

  it('shows the same steps in a dry run, and sends nothing', async () => {
    await using grafana = await FakeGrafana.start();
    const dry = await pushTo(grafana, {}, true);
    expect(grafana.writes).toEqual([]);
    expect(dry).toEqual(await pushTo(grafana));
    const dryChange = await pushTo(grafana, { title: 'Other' }, true);
    expect(dryChange.find(({ thing }) => thing === 'dashboard Other: metric')).toMatchObject({
      action: 'changed',
      differences: ['title: "Tidemark: metric" becomes "Other: metric"'],
    });
    expect(grafana.dashboards.get('tidemark')?.dashboard.title).toBe('Tidemark: metric');
  });

  it.each([
    ['a wrong token', 401, 'check the secret in grafana.token'],
    ['a role that may not', 403, 'give it the role Editor'],
    ['a change at the same time', 412, 'repeat the command'],
    ['a fault of Grafana', 500, 'answered 500 to POST /api/folders: broken'],
  ])('names %s and what to do', async (_, status, message) => {
    await using grafana = await FakeGrafana.start();
    grafana.refusal = { status, body: '{"message":"broken"}' };
    await expect(pushTo(grafana)).rejects.toThrow(message);
  });

  it('takes no login page for an answer', async () => {
    await using grafana = await FakeGrafana.start();
    grafana.refusal = { status: 200, body: '<html>' };
    await expect(pushTo(grafana)).rejects.toThrow('answered 200 to POST /api/folders');
    grafana.refusal = { status: 302, body: '' };
    await expect(pushTo(grafana)).rejects.toThrow('it redirects: give its final address');
  });

  it('sends nothing to a Grafana without the data source, and says how to add it', async () => {
    await using grafana = await FakeGrafana.start();
    grafana.datasourceUids = [];
    await expect(pushTo(grafana)).rejects.toThrow('has no data source with the uid "tidemark-influxdb"');
    expect(grafana.writes).toEqual([]);
  });

  it('says that nothing answers at the address', async () => {
    const grafana = await FakeGrafana.start();
    await grafana[Symbol.asyncDispose]();
    await expect(pushTo(grafana)).rejects.toThrow(
      /Grafana at http:\/\/127.* can't be reached: .*ECONNREFUSED/,
    );
  });

  it('needs no token where Grafana lets everybody in, and the address of grafana.url without --grafana', async () => {
    await using grafana = await FakeGrafana.start();
    grafana.token = undefined;
    const configuration = configurationWith({}, { token: undefined, url: grafana.url });
    await pushDashboards(configuration, {}, { dryRun: false });
    expect(grafana.dashboards.size).toBe(5);
    expect(grafana.requests.map(({ authorization }) => authorization)).toContain(undefined);
    await expect(pushDashboards(configurationWith(), environment, { dryRun: true })).rejects.toThrow(
      'set grafana.url, or give --grafana URL',
    );
  });
});
