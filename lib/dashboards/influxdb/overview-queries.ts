import type { StoreQuery } from '../store/dashboard-store.ts';
import type { OverviewQuestion } from '../store/questions.ts';
import { byTag, FIELDS_AS_COLUMNS, pipe, points } from './flux.ts';

/** An incident that is open has its newest notification within this time, as long as a bucket keeps it by default. */
const INCIDENT_RANGE = 'range(start: -30d)';
const WEEK = 'range(start: -7d)';

/** The questions of all metrics, in Flux. */
export function overviewQueries(bucket: string): Record<OverviewQuestion, StoreQuery> {
  const sumOf = (field: string): StoreQuery => ({
    text: pipe(newestStates(bucket, [field]), 'group()', 'sum()'),
    shape: 'table',
  });
  return {
    openIncidentCount: sumOf('incidentsOpen'),
    seriesCount: sumOf('series'),
    silentMetricCount: sumOf('isSilent'),
    openIncidents: { text: openIncidents(bucket), shape: 'table' },
    silentMetrics: {
      text: pipe(
        statesAsRows(bucket, ['state', 'reason', 'secondsWithoutSample']),
        'filter(fn: (r) => r.state != "scored")',
        'keep(columns: ["metric", "state", "reason", "secondsWithoutSample"])',
        'sort(columns: ["secondsWithoutSample"], desc: true)',
      ),
      shape: 'table',
    },
    seriesByState: {
      text: pipe(
        points(bucket, { measurement: 'verdict', fields: ['kind'] }),
        'last()',
        'keep(columns: ["_value", "series"])',
        'group(columns: ["_value"])',
        'count(column: "series")',
        'group()',
        'rename(columns: {_value: "state"})',
        'sort(columns: ["series"], desc: true)',
      ),
      shape: 'table',
    },
    budget: { text: budget(bucket), shape: 'table' },
    highestScoreByMetric: byTag(bucket, { measurement: 'verdict', fields: ['score'] }, 'metric', 'max'),
    metrics: {
      text: pipe(
        statesAsRows(bucket, ['state', 'series', 'seriesWarming', 'incidentsOpen', 'lagSeconds']),
        'keep(columns: ["metric", "state", "series", "seriesWarming", "incidentsOpen", "lagSeconds"])',
        'sort(columns: ["metric"])',
      ),
      shape: 'table',
    },
    anomalousSeriesByMetric: byTag(
      bucket,
      { measurement: 'metric_state', fields: ['incidentsOpen'] },
      'metric',
      'max',
    ),
  };
}

/** The newest state of each metric: the one of its shard, when it has moved. */
function newestStates(bucket: string, fields: readonly string[]): string {
  return pipe(
    points(bucket, { measurement: 'metric_state', fields }),
    'last()',
    'group(columns: ["metric", "_field"])',
    'sort(columns: ["_time"])',
    'last()',
  );
}

function statesAsRows(bucket: string, fields: readonly string[]): string {
  return pipe(
    newestStates(bucket, fields),
    'pivot(rowKey: ["metric"], columnKey: ["_field"], valueColumn: "_value")',
    'group()',
  );
}

function openIncidents(bucket: string): string {
  const fields = ['incidentId', 'onset', 'explanation', 'score'];
  return pipe(
    points(bucket, { measurement: 'alert', fields, range: INCIDENT_RANGE }),
    FIELDS_AS_COLUMNS,
    'group(columns: ["metric", "series", "incidentId"])',
    'sort(columns: ["_time"])',
    'last(column: "kind")',
    'filter(fn: (r) => r.kind != "resolved" and r.kind != "series-returned")',
    'group()',
    'map(fn: (r) => ({since: time(v: r.onset * 1000000000), metric: r.metric, series: r.series, explanation: r.explanation, kind: r.kind}))',
    'sort(columns: ["since"], desc: true)',
  );
}

/** Every alert of a week counts, since nobody has said yet which of them were false. */
function budget(bucket: string): string {
  const alerts = pipe(
    points(bucket, { measurement: 'alert', fields: ['id'], where: 'r.kind == "onset"', range: WEEK }),
    'group(columns: ["metric"])',
    'count()',
    'map(fn: (r) => ({metric: r.metric, figure: "alerts", _value: float(v: r._value)}))',
  );
  const allowed = pipe(
    newestStates(bucket, ['allowedAlertsPerWeek']),
    'map(fn: (r) => ({metric: r.metric, figure: "allowed", _value: r._value}))',
  );
  return `alerts = ${alerts}

allowed = ${allowed}

${pipe(
  'union(tables: [alerts, allowed])',
  'group()',
  'pivot(rowKey: ["metric"], columnKey: ["figure"], valueColumn: "_value")',
  'filter(fn: (r) => exists r.allowed)',
  'map(fn: (r) => ({metric: r.metric, alerts: if exists r.alerts then r.alerts else 0.0, allowed: r.allowed}))',
  'map(fn: (r) => ({r with used: r.alerts / r.allowed}))',
  'sort(columns: ["used"], desc: true)',
)}`;
}
