import { join } from 'node:path';
import { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { highestScorePanel, scoresDashboard } from '../../examples/verdict-panel.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { InfluxDbDashboardStore } from '../../lib/dashboards/influxdb/influxdb-dashboard-store.ts';

const { grafana } = loadConfiguration({
  file: join(import.meta.dirname, '../../config/config.yaml'),
  environment: {},
}).configuration;
const bucket = 'own "bucket"';
const store = new InfluxDbDashboardStore({
  datasourceUid: 'own-source',
  bucket,
  price: { memoryGigabytes: 1, perGigabyteSecond: 1 },
});
const dashboard = scoresDashboard(grafana, store, bucket)!;

describe('the example of a panel', () => {
  it('stands in a generated dashboard, and reads the bucket and the data source of the configuration', () => {
    const panels = dashboard.panels ?? [];
    expect(panels.map(({ title }) => title)).toEqual(['Highest score']);
    expect(panels[0]).toMatchObject({
      type: 'timeseries',
      datasource: { type: 'influxdb', uid: '${datasource}' },
      gridPos: { x: 0, w: 24 },
      targets: [{ query: expect.stringContaining('from(bucket: "own \\"bucket\\"")') }],
    });
  });

  it('can be added to another dashboard', () => {
    const { panels } = new DashboardBuilder('Other').withPanel(highestScorePanel(store, bucket)).build();
    expect(panels?.map(({ title, type }) => [title, type])).toEqual([['Highest score', 'timeseries']]);
  });

  it('gives its dashboard a uid of its own', () => {
    expect(dashboard).toMatchObject({ uid: 'tidemark-scores', title: expect.stringMatching(/: scores$/) });
  });
});
