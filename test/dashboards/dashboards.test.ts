import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../lib/config/load.ts';
import {
  configuredDashboardStore,
  type DashboardStoreKind,
  dashboardStoreKinds,
  withReadableResults,
} from '../../lib/dashboards/configured-store.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';
import { dashboardText } from '../../lib/dashboards/provisioning/provisioning-files.ts';
import { queriesOf } from '../contract/as-grafana.ts';

const root = join(import.meta.dirname, '../..');
const committed = join(root, 'config/dashboards');
const configurationWith = (environment: Record<string, string> = {}) =>
  loadConfiguration({ file: join(root, 'config/config.yaml'), environment }).configuration;
const madeWith = (kind: DashboardStoreKind, environment: Record<string, string> = {}) => {
  const configuration = configurationWith(environment);
  return dashboards(configuration, configuredDashboardStore(configuration, kind));
};
const every = dashboardStoreKinds.flatMap((kind) =>
  Object.entries(madeWith(kind)).map(([file, dashboard]) => [`${kind}/${file}`, dashboard] as const),
);
/** Panels, without rows, which the dashboards don't have. */
const panelsOf = ({ panels = [] }: Dashboard) =>
  panels.flatMap((panel) => ('targets' in panel ? [panel] : []));

describe('the dashboards', () => {
  it.each(dashboardStoreKinds)(
    'over %s are those of the shipped configuration: write them again with "npm run dashboards"',
    (kind) => {
      const made = madeWith(kind);
      expect(readdirSync(join(committed, kind)).sort()).toEqual(Object.keys(made).sort());
      for (const [name, dashboard] of Object.entries(made))
        expect(readFileSync(join(committed, kind, name), 'utf8')).toBe(dashboardText(dashboard));
    },
  );

  it.each(['influxdb', 'prometheus'] as const)('are five over %s', (kind) => {
    expect(Object.keys(madeWith(kind))).toEqual([
      'overview.json',
      'metric.json',
      'models.json',
      'accuracy.json',
      'operations.json',
    ]);
  });

  it('have the configured uid, title, refresh, time zone and time range, and read the configured bucket', () => {
    const changed = madeWith('influxdb', {
      TIDEMARK__RESULTS__BUCKET: 'own-$bucket',
      TIDEMARK__GRAFANA__DATASOURCE_UID: 'own-source',
      TIDEMARK__GRAFANA__DASHBOARD__UID: 'own',
      TIDEMARK__GRAFANA__DASHBOARD__TITLE: 'Own title',
      TIDEMARK__GRAFANA__DASHBOARD__REFRESH: '30s',
      TIDEMARK__GRAFANA__DASHBOARD__TIMEZONE: 'Europe/Berlin',
      TIDEMARK__GRAFANA__DASHBOARD__TIME_RANGE: '1h30m',
    });
    expect(changed['metric.json']?.uid).toBe('own');
    for (const [file, dashboard] of Object.entries(changed)) {
      expect(dashboard).toMatchObject({ refresh: '30s', timezone: 'Europe/Berlin', editable: true });
      expect(dashboard.uid).toMatch(/^own(-\w+)?$/);
      expect(dashboard.title).toMatch(/^Own title: /);
      const isHistory = ['models.json', 'accuracy.json'].includes(file);
      expect(dashboard.time).toEqual({ from: isHistory ? 'now-30d' : 'now-90m', to: 'now' });
      for (const { place, text } of queriesOf(dashboard)) {
        // A dollar is written so that neither Grafana nor Flux replaces what follows.
        expect(text, place).toContain('bucket: "own-\\x24bucket"');
      }
    }
  });

  it.each(every)(
    '%s reads the chosen data source: no panel, variable or mark has a fixed one',
    (_, dashboard) => {
      const [datasource, ...others] = dashboard.templating.list ?? [];
      expect(datasource).toMatchObject({ type: 'datasource', name: 'datasource' });
      for (const variable of others) expect(variable.datasource?.uid).toBe('${datasource}');
      for (const mark of dashboard.annotations.list ?? []) expect(mark.datasource?.uid).toBe('${datasource}');
      for (const panel of panelsOf(dashboard)) {
        expect(panel.datasource?.uid).toBe('${datasource}');
        expect(panel.targets?.length).toBeGreaterThan(0);
        for (const target of panel.targets ?? [])
          expect(target).toMatchObject({ datasource: { uid: '${datasource}' } });
      }
    },
  );

  it.each(every)('%s describes every panel in a sentence, and counts the panels from 1', (_, dashboard) => {
    const panels = panelsOf(dashboard);
    for (const { title, description } of panels) {
      expect(title).toMatch(/\S/);
      expect(description, title).toMatch(/^[A-Z].{15,}\.$/);
    }
    expect(panels.map(({ id }) => id)).toEqual(panels.map((__, index) => index + 1));
  });

  it.each(every)('%s links to the others, with the time and the choices', (_, { links, tags }) => {
    expect(links?.[0]).toMatchObject({
      type: 'dashboards',
      tags: ['tidemark'],
      keepTime: true,
      includeVars: true,
    });
    expect(tags).toEqual(['tidemark']);
  });

  it.each(every)(
    '%s fits: no panel overlaps another, leaves the grid, or leaves a gap in its row',
    (_, dashboard) => {
      const cells = new Set<string>();
      let area = 0;
      let bottom = 0;
      for (const { gridPos } of panelsOf(dashboard)) {
        const { x, y, w, h } = gridPos!;
        expect(x + w).toBeLessThanOrEqual(24);
        for (let column = x; column < x + w; column += 1)
          for (let line = y; line < y + h; line += 1) cells.add(`${column},${line}`);
        area += w * h;
        bottom = Math.max(bottom, y + h);
      }
      expect(cells.size).toBe(area);
      expect(area).toBe(24 * bottom);
    },
  );

  it("name the reader's choices only inside of regular expressions, where Grafana escapes them", () => {
    for (const [file, dashboard] of every)
      for (const { place, text } of queriesOf(dashboard)) {
        const rest = text
          .replaceAll(/=~ \/\^\$\{(metric|series):regex\}\$\//g, '')
          .replaceAll(/=~`\$\{(metric|series):regex\}`/g, '')
          // Grafana's own, which are durations.
          .replaceAll(/\[\$__(range|interval)(:5m)?\]/g, '');
        expect(rest, `${file} ${place}`).not.toMatch(/\$|\[\[/);
      }
  });

  it('read a copy of the results where the record is a store that Grafana can not read, or of the chosen kind', () => {
    const shipped = configurationWith();
    const metrics = { kind: 'prometheus-remote-write', url: 'http://prometheus:9090/api/v1/write' };
    const filed = configurationWith({
      TIDEMARK__RESULTS: '{ kind: ndjson, directory: files }',
      TIDEMARK__RESULT_COPIES: JSON.stringify({
        influx: { kind: 'influxdb', url: 'http://i', token: { env: 'T' } },
        metrics,
      }),
    });
    expect(withReadableResults(filed).results).toMatchObject({ kind: 'influxdb', url: 'http://i' });
    expect(withReadableResults(filed, 'prometheus').results).toMatchObject({ url: metrics.url });
    expect(withReadableResults(shipped).results).toEqual(shipped.results);
    expect(withReadableResults(shipped, 'prometheus')).toEqual(shipped);
  });

  it('are refused where the results go to a store that Grafana can not read', () => {
    const configuration = configurationWith();
    const logged = { ...configuration, results: { kind: 'log' as const, batchSize: 1 } };
    expect(() => configuredDashboardStore(logged)).toThrow('--store influxdb or --store prometheus');
  });
});
