import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardText } from '../../bin/commands/dashboards.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';

const root = join(import.meta.dirname, '../..');
const committed = join(root, 'config/dashboards');
const configurationWith = (environment: Record<string, string> = {}) =>
  loadConfiguration({ file: join(root, 'config/config.yaml'), environment }).configuration;

describe('the dashboards', () => {
  it('are those of the shipped configuration: write them again with "npm run tidemark -- dashboards"', () => {
    const made = dashboards(configurationWith());
    expect(readdirSync(committed).sort()).toEqual(Object.keys(made).sort());
    for (const [name, dashboard] of Object.entries(made))
      expect(readFileSync(join(committed, name), 'utf8')).toBe(dashboardText(dashboard));
  });

  it('read the data source and bucket of the configuration, under its uid and title', () => {
    const changed = configurationWith({
      TIDEMARK__RESULTS__BUCKET: 'own-bucket',
      TIDEMARK__GRAFANA__DATASOURCE_UID: 'own-source',
      TIDEMARK__GRAFANA__DASHBOARD__UID: 'own',
      TIDEMARK__GRAFANA__DASHBOARD__TITLE: 'Own title',
    });
    for (const dashboard of Object.values(dashboards(changed))) {
      expect(dashboard.uid).toMatch(/^own\b/);
      expect(dashboard.title).toMatch(/^Own title\b/);
      const text = JSON.stringify(dashboard);
      expect(text).not.toMatch(/tidemark-influxdb|bucket: \\"tidemark\\"/);
      expect(text).toContain('"uid":"own-source"');
      expect(text).toContain('from(bucket: \\"own-bucket\\")');
    }
  });

  it('fit beside each other: no panel overlaps another or leaves the grid', () => {
    for (const { panels = [] } of Object.values(dashboards(configurationWith()))) {
      const cells = new Set<string>();
      for (const { gridPos } of panels.filter((panel) => 'gridPos' in panel)) {
        expect(gridPos!.x + gridPos!.w).toBeLessThanOrEqual(24);
        for (let x = gridPos!.x; x < gridPos!.x + gridPos!.w; x += 1)
          for (let y = gridPos!.y; y < gridPos!.y + gridPos!.h; y += 1) {
            expect(cells.has(`${x},${y}`)).toBe(false);
            cells.add(`${x},${y}`);
          }
      }
      expect(panels.length).toBeGreaterThan(0);
    }
  });

  it('are refused where the results do not go to InfluxDB', () => {
    const { grafana } = configurationWith();
    expect(() => dashboards({ grafana, results: { kind: 'log', batchSize: 1 } })).toThrow(
      'set it to influxdb first',
    );
  });
});
