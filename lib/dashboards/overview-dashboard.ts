import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import { assembled, row } from './assembled.ts';
import { asked, bars, cellLink, figure, lines, metricUrl, rows, steps } from './panel-pieces.ts';
import type { DashboardStore } from './store/dashboard-store.ts';

/** All metrics at a glance: what is open, what is silent, and whether the alerts stay within their budget. */
export function overviewDashboard(
  grafana: Configuration['grafana'],
  store: DashboardStore,
  from: string,
): Dashboard | undefined {
  const { uid } = grafana.dashboard;
  const toMetric = cellLink('Open the metric', metricUrl(uid));
  return assembled(grafana, store, {
    uidSuffix: '-overview',
    name: 'overview',
    description: 'All metrics: open incidents, silent metrics, and alerts against their budget.',
    from,
    rows: [
      row(
        4,
        [8, openCount(store)],
        [
          8,
          asked(
            store,
            figure(),
            { title: 'Series', description: 'All series that are monitored, those of all metrics together.' },
            'seriesCount',
          ),
        ],
        [8, silentCount(store)],
      ),
      row(8, [16, openIncidents(store, uid)], [8, seriesByState(store)]),
      row(8, [12, budget(store, toMetric)], [12, silentMetrics(store, toMetric)]),
      row(9, [24, metrics(store, toMetric)]),
      row(8, [12, anomalousOverTime(store)], [12, highestScore(store)]),
    ],
  });
}

function openCount(store: DashboardStore) {
  return asked(
    store,
    figure().thresholds(steps(['green', null], ['red', 1])),
    { title: 'Open incidents', description: 'Series with an anomaly that has not recovered yet, now.' },
    'openIncidentCount',
  );
}

function silentCount(store: DashboardStore) {
  return asked(
    store,
    figure().thresholds(steps(['green', null], ['red', 1])),
    {
      title: 'Silent metrics',
      description:
        'Metrics without a scored sample for longer than alerts.silentTicks: nothing watches them.',
    },
    'silentMetricCount',
  );
}

function openIncidents(store: DashboardStore, uid: string) {
  const url = metricUrl(uid, 'var-series=${__data.fields.series:percentencode}');
  return asked(
    store,
    rows('No incident is open.')
      .overrideByName('series', [cellLink('Open the series', url)])
      .overrideByName('since', [{ id: 'custom.width', value: 180 }])
      .overrideByName('metric', [{ id: 'custom.width', value: 180 }]),
    {
      title: 'Open now',
      description: 'Each open incident with its newest explanation. Click the series to see it.',
    },
    'openIncidents',
  );
}

function seriesByState(store: DashboardStore) {
  return asked(
    store,
    bars('series'),
    {
      title: 'Series by state',
      description:
        'The newest verdict of each series: normal, anomaly, or the reason why there is none (warming-up, no-data, stale-model, out-of-domain).',
    },
    'seriesByState',
  );
}

function budget(store: DashboardStore, toMetric: DynamicConfigValue) {
  return asked(
    store,
    rows('No metric is scored yet.')
      .overrideByName('metric', [toMetric])
      .overrideByName('used', [
        { id: 'unit', value: 'percentunit' },
        { id: 'decimals', value: 0 },
        { id: 'min', value: 0 },
        { id: 'max', value: 1 },
        { id: 'thresholds', value: steps(['green', null], ['yellow', 0.8], ['red', 1]).build() },
        { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.Gauge, mode: 'basic' } },
      ])
      .overrideByName('allowed', [{ id: 'decimals', value: 1 }]),
    {
      title: 'Alerts of 7 days against the budget',
      description:
        'All alerts of the last 7 days against the false alerts that detection.falseAlertsPerWeek allows for all series of the metric. Real incidents count as well: above 100 % either something is wrong, or the budget is too small.',
    },
    'budget',
  );
}

function silentMetrics(store: DashboardStore, toMetric: DynamicConfigValue) {
  return asked(
    store,
    rows('Every metric is scored.')
      .overrideByName('metric', [toMetric])
      .overrideByName('secondsWithoutSample', [
        { id: 'displayName', value: 'without a sample for' },
        { id: 'unit', value: 's' },
      ]),
    {
      title: 'Metrics that are not scored',
      description: 'Waiting or silent metrics, with the reason. A silent metric raises no alert.',
    },
    'silentMetrics',
  );
}

function metrics(store: DashboardStore, toMetric: DynamicConfigValue) {
  return asked(
    store,
    rows('No metric is scored yet.')
      .overrideByName('metric', [toMetric])
      .overrideByName('seriesWarming', [{ id: 'displayName', value: 'warming up' }])
      .overrideByName('incidentsOpen', [
        { id: 'displayName', value: 'open incidents' },
        { id: 'thresholds', value: steps(['text', null], ['red', 1]).build() },
        { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
      ])
      .overrideByName('lagSeconds', [
        { id: 'displayName', value: 'behind' },
        { id: 'unit', value: 's' },
      ])
      .overrideByName('Trend #B', [
        { id: 'displayName', value: 'highest score' },
        { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.Sparkline, hideValue: false } },
        { id: 'decimals', value: 1 },
      ]),
    {
      title: 'Metrics',
      description:
        'Each metric with its state, its series, and the highest score of all of them over time. Click a metric to open it.',
      transformations: [
        { id: 'timeSeriesTable', options: { B: { stat: 'lastNotNull' } } },
        { id: 'joinByField', options: { byField: 'metric', mode: 'outer' } },
      ],
    },
    'metrics',
    'highestScoreByMetric',
  );
}

function anomalousOverTime(store: DashboardStore) {
  return asked(
    store,
    lines().min(0).decimals(0),
    {
      title: 'Anomalous series',
      description: 'Series of each metric that have an open anomaly. Many at once often have one cause.',
    },
    'anomalousSeriesByMetric',
  );
}

function highestScore(store: DashboardStore) {
  return asked(
    store,
    lines().decimals(1),
    {
      title: 'Highest score',
      description:
        'The highest score of all series of each metric. A score is the negative decimal logarithm of how often a week such a value comes by chance: 1 is once in ten weeks.',
    },
    'highestScoreByMetric',
  );
}
