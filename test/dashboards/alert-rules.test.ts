import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../lib/config/schema.ts';
import { alertRules } from '../../lib/dashboards/alerting/alert-rules.ts';
import { configuredDashboardStore, type DashboardStoreKind } from '../../lib/dashboards/configured-store.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';

const configurationWith = (interval = '1m') =>
  configurationSchema.parse({
    source: { kind: 'simulation' },
    metrics: [{ name: 'cpu' }],
    results: { kind: 'influxdb', url: 'http://127.0.0.1:8086', token: { env: 'TOKEN' } },
    schedule: { interval },
  });
const rulesOver = (kind: DashboardStoreKind, interval?: string) => {
  const configuration = configurationWith(interval);
  return alertRules(configuration, configuredDashboardStore(configuration, kind), 'folder');
};

describe('the alert rules', () => {
  it('are an open anomaly, a silent metric, ticks that are behind, and an old model', () => {
    expect(rulesOver('influxdb').rules?.map(({ uid, title }) => [uid, title])).toEqual([
      ['tidemark-anomaly', 'Tidemark: anomaly'],
      ['tidemark-silent', 'Tidemark: metric silent'],
      ['tidemark-behind', 'Tidemark: ticks behind'],
      ['tidemark-model-old', 'Tidemark: model old'],
    ]);
  });

  it('are the same over Prometheus, in its own language', () => {
    const [influx, prometheus] = [rulesOver('influxdb'), rulesOver('prometheus')];
    expect(prometheus.rules?.map(({ uid }) => uid)).toEqual(influx.rules?.map(({ uid }) => uid));
    for (const { data } of prometheus.rules ?? [])
      expect(data[0]).toMatchObject({
        datasourceUid: 'tidemark-prometheus',
        model: { expr: expect.any(String) },
      });
  });

  it('query the store, take the newest value, and compare it; each by the one before', () => {
    for (const { condition, data } of rulesOver('influxdb').rules ?? []) {
      expect(condition).toBe('C');
      expect(data.map(({ refId }) => refId)).toEqual(['A', 'B', 'C']);
      const [query, reduce, threshold] = data;
      expect(query).toMatchObject({ datasourceUid: 'tidemark-influxdb', model: { refId: 'A' } });
      expect(reduce).toMatchObject({ datasourceUid: '__expr__', model: { type: 'reduce', expression: 'A' } });
      expect(threshold).toMatchObject({ model: { type: 'threshold', expression: 'B' } });
    }
  });

  it('fire ten intervals behind, and when no tick writes anything', () => {
    const behind = (interval: string) =>
      rulesOver('influxdb', interval).rules?.find(({ uid }) => uid === 'tidemark-behind');
    const limitOf = (interval: string) => JSON.stringify(behind(interval)?.data[2]?.model);
    expect(limitOf('1m')).toContain('"params":[600]');
    expect(limitOf('5m')).toContain('"params":[3000]');
    expect(behind('1m')?.noDataState).toBe('Alerting');
  });

  it('lead to a panel that exists and shows what they look at', () => {
    const configuration = configurationWith();
    const made = Object.values(dashboards(configuration, configuredDashboardStore(configuration)));
    const shown = (rulesOver('influxdb').rules ?? []).map(({ annotations = {} }) => {
      const dashboard = made.find(({ uid }) => uid === annotations.__dashboardUid__);
      return dashboard?.panels?.find(({ id }) => String(id) === annotations.__panelId__)?.title;
    });
    expect(shown).toEqual(['Open incidents', 'Silent metrics', 'Behind', 'Oldest model']);
  });
});
