import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { GraphDrawStyle } from '@grafana/grafana-foundation-sdk/common';
import { type Dashboard, DashboardBuilder, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Configuration } from '../lib/config/schema.ts';
import { type FluxSource, fluxTarget } from '../lib/dashboards/flux-target.ts';

/**
 * A panel of the highest score of each metric over time: where it exceeds the threshold, a series of that metric is
 * anomalous.
 *
 * @param source the data source of InfluxDB and the bucket of the verdicts.
 */
export function highestScorePanel(source: FluxSource): Builder<Panel> {
  const query = [
    `from(bucket: ${JSON.stringify(source.bucket)})`,
    'range(start: v.timeRangeStart, stop: v.timeRangeStop)',
    'filter(fn: (r) => r._measurement == "verdict" and r._field == "score")',
    'group(columns: ["metric"])',
    'aggregateWindow(every: v.windowPeriod, fn: max, createEmpty: false)',
    'keep(columns: ["_time", "_value", "metric"])',
  ].join('\n  |> ');
  return new TimeSeriesBuilder()
    .title('Highest score')
    .description('Of all series of each metric. A score above the threshold is an anomaly.')
    .datasource(source.datasource)
    .withTarget(fluxTarget(source, query))
    .drawStyle(GraphDrawStyle.Line)
    .height(9)
    .span(24);
}

/** A dashboard with the panel; `tidemark dashboards` writes it once lib/dashboards/dashboards.ts lists it. */
export function scoresDashboard(grafana: Configuration['grafana'], source: FluxSource): Dashboard {
  const { uid, title, refreshSeconds, timezone } = grafana.dashboard;
  return new DashboardBuilder(`${title}: scores`)
    .uid(`${uid}-scores`)
    .description('How unusual the series of each metric are.')
    .tags(['tidemark'])
    .readonly()
    .timezone(timezone)
    .refresh(`${refreshSeconds}s`)
    .time({ from: 'now-6h', to: 'now' })
    .withPanel(highestScorePanel(source))
    .build();
}
