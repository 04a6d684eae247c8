import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Configuration } from '../lib/config/schema.ts';
import { assembled, row } from '../lib/dashboards/assembled.ts';
import { fluxText } from '../lib/dashboards/influxdb/flux.ts';
import { chosenDatasource, lines } from '../lib/dashboards/panel-pieces.ts';
import type { DashboardStore } from '../lib/dashboards/store/dashboard-store.ts';

/**
 * A panel of the highest score of each metric over time: where it exceeds the threshold, a series of that metric is
 * anomalous.
 *
 * @param store the dashboards over InfluxDB.
 * @param bucket where the verdicts are.
 */
export function highestScorePanel(store: DashboardStore, bucket: string): TimeSeriesBuilder {
  const text = [
    `from(bucket: ${fluxText(bucket)})`,
    'range(start: v.timeRangeStart, stop: v.timeRangeStop)',
    'filter(fn: (r) => r._measurement == "verdict" and r._field == "score")',
    'group(columns: ["metric"])',
    'aggregateWindow(every: v.windowPeriod, fn: max, createEmpty: false)',
    'keep(columns: ["_time", "_value", "metric"])',
  ].join('\n  |> ');
  const datasource = chosenDatasource(store);
  return lines()
    .title('Highest score')
    .description('Of all series of each metric. A score above the threshold is an anomaly.')
    .datasource(datasource)
    .withTarget(store.target('A', { text, shape: 'series' }, datasource));
}

/** A dashboard with the panel; `tidemark dashboards` writes it once lib/dashboards/dashboards.ts lists it. */
export function scoresDashboard(
  grafana: Configuration['grafana'],
  store: DashboardStore,
  bucket: string,
): Dashboard | undefined {
  return assembled(grafana, store, {
    uidSuffix: '-scores',
    name: 'scores',
    description: 'How unusual the series of each metric are.',
    from: 'now-6h',
    rows: [row(9, [24, highestScorePanel(store, bucket)])],
  });
}
