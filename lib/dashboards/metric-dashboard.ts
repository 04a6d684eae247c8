import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import { assembled, row } from './assembled.ts';
import { asked, lines, rows, states } from './panel-pieces.ts';
import type { DashboardStore } from './store/dashboard-store.ts';

const BAND_COLOR = 'super-light-blue';
/** What one verdict can be, in the colours of a traffic light. */
const VERDICT_COLORS = {
  normal: 'green',
  anomaly: 'red',
  'warming-up': 'blue',
  'no-data': 'text',
  'stale-model': 'yellow',
  'out-of-domain': 'purple',
};

/** One series of one metric: where alerts lead to. */
export function metricDashboard(
  grafana: Configuration['grafana'],
  store: DashboardStore,
  from: string,
): Dashboard | undefined {
  const { uid } = grafana.dashboard;
  const hasBandAhead = store.query('bandAhead') !== undefined;
  return assembled(grafana, store, {
    uidSuffix: '',
    name: 'metric',
    description: 'One series: its values, the band that was learned, and what was found.',
    from,
    chooses: 'series',
    marks: [
      { name: 'Alerts', color: 'red', question: 'alertMarks' },
      { name: 'New models', color: 'blue', question: 'modelMarks' },
    ],
    links: hasBandAhead
      ? [
          {
            title: 'The next day',
            tooltip: 'The same series with the band of the coming hours',
            url: `/d/${uid}?from=now-6h&to=now%2B24h&\${__all_variables}`,
          },
        ]
      : [],
    rows: [
      row(11, [24, valueWithBand(store)]),
      row(7, [24, score(store)]),
      row(4, [24, verdicts(store)]),
      row(8, [24, alerts(store)]),
    ],
  });
}

function valueWithBand(store: DashboardStore) {
  const panel = lines()
    .overrideByName('value', [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'dark-blue' } },
      { id: 'custom.lineWidth', value: 2 },
    ])
    .overrideByName('expected', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } }, dashed])
    .overrideByName('anomaly', [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
      { id: 'custom.drawStyle', value: 'points' },
      { id: 'custom.pointSize', value: 7 },
      { id: 'custom.showPoints', value: VisibilityMode.Always },
    ]);
  for (const ahead of ['', ' ahead']) {
    panel
      .overrideByName(`lower${ahead}`, bandEdge())
      .overrideByName(`upper${ahead}`, [
        ...bandEdge(),
        { id: 'custom.fillBelowTo', value: `lower${ahead}` },
        { id: 'custom.fillOpacity', value: ahead === '' ? 25 : 12 },
      ]);
  }
  panel.overrideByName('expected ahead', [
    { id: 'color', value: { mode: 'fixed', fixedColor: 'light-blue' } },
    dashed,
  ]);
  const text = {
    title: '${metric} ${series}',
    description:
      'The value, the expected value and the band within which it raises no alert; red points are anomalous. Behind the present the band is that of the verdicts, ahead of it the one that the newest retraining expects. Wide ranges show means.',
  };
  // A store with one query for all lines does not need one for each of them.
  const isOneQuery = store.query('valueWithBand') !== undefined;
  if (!isOneQuery) return asked(store, panel, text, 'value', 'expected', 'lower', 'upper', 'anomalousValue');
  const unit = {
    id: 'configFromData',
    options: {
      configRefId: 'D',
      mappings: [{ fieldName: 'unit', handlerKey: 'unit', reducerId: 'lastNotNull' }],
    },
  };
  const withUnit = { ...text, transformations: [unit] };
  return asked(store, panel, withUnit, 'valueWithBand', 'anomalousValue', 'bandAhead', 'unit');
}

const dashed: DynamicConfigValue = { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } };

function bandEdge(): DynamicConfigValue[] {
  return [
    { id: 'color', value: { mode: 'fixed', fixedColor: BAND_COLOR } },
    { id: 'custom.lineWidth', value: 0 },
    { id: 'custom.showPoints', value: VisibilityMode.Never },
  ];
}

function score(store: DashboardStore) {
  return asked(
    store,
    lines()
      .decimals(1)
      .overrideByName('threshold', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'red' } }, dashed]),
    {
      title: 'Score against the threshold',
      description:
        'How improbable each sample is: the negative decimal logarithm of how often a week such a value comes by chance. At or above the threshold a sample is anomalous; detection.falseAlertsPerWeek sets it.',
    },
    'score',
    'threshold',
  );
}

function verdicts(store: DashboardStore) {
  return asked(
    store,
    states(VERDICT_COLORS),
    {
      title: 'Verdicts',
      description: 'What was concluded from each sample, or why there is no verdict.',
    },
    'verdicts',
  );
}

function alerts(store: DashboardStore) {
  return asked(
    store,
    rows('No alert on this series in this time.')
      .overrideByName('time', [{ id: 'custom.width', value: 180 }])
      .overrideByName('kind', [{ id: 'custom.width', value: 110 }])
      .overrideByName('value', [{ id: 'custom.width', value: 110 }])
      .overrideByName('score', [
        { id: 'custom.width', value: 90 },
        { id: 'decimals', value: 1 },
      ])
      .overrideByName('incidentId', [
        { id: 'displayName', value: 'incident' },
        { id: 'custom.width', value: 230 },
      ]),
    {
      title: 'Alerts and their reasons',
      description:
        'Each notification with its explanation. The incident is what "tidemark feedback" takes, to say whether it was real.',
    },
    'alerts',
  );
}
