import type { StoreQuery } from '../store/dashboard-store.ts';
import type { MetricQuestion } from '../store/questions.ts';
import {
  CHOSEN_RANGE,
  FIELDS_AS_COLUMNS,
  fieldsOverTime,
  OF_METRIC,
  OF_SERIES,
  pipe,
  points,
} from './flux.ts';

/** What Flux answers in one query, where other languages need one for each line. */
type OneLine = 'value' | 'expected' | 'lower' | 'upper';

const ALERT_FIELDS = ['incidentId', 'explanation', 'score', 'value'];

/** The questions of the chosen metric and series, in Flux. */
export function metricQueries(bucket: string): Record<Exclude<MetricQuestion, OneLine>, StoreQuery> {
  const verdicts = { measurement: 'verdict', where: OF_SERIES };
  return {
    valueWithBand: fieldsOverTime(
      bucket,
      { ...verdicts, fields: ['value', 'expected', 'lower', 'upper'] },
      'mean',
    ),
    bandAhead: { text: bandAhead(bucket), shape: 'series' },
    anomalousValue: {
      text: pipe(
        points(bucket, { ...verdicts, fields: ['value', 'anomalous'] }),
        FIELDS_AS_COLUMNS,
        'group()',
        'filter(fn: (r) => r.anomalous and exists r.value)',
        'keep(columns: ["_time", "value"])',
        'rename(columns: {value: "anomaly"})',
        'sort(columns: ["_time"])',
      ),
      shape: 'series',
    },
    score: fieldsOverTime(bucket, { ...verdicts, fields: ['score'] }, 'max'),
    threshold: fieldsOverTime(
      bucket,
      { measurement: 'metric_state', fields: ['threshold'], where: OF_METRIC },
      'last',
    ),
    unit: {
      text: pipe(
        points(bucket, { measurement: 'metric_state', fields: ['unit'], where: OF_METRIC }),
        'group()',
        'sort(columns: ["_time"])',
        'last()',
        'keep(columns: ["_value"])',
        'rename(columns: {_value: "unit"})',
      ),
      shape: 'table',
    },
    alerts: {
      text: pipe(
        alerts(bucket),
        'keep(columns: ["_time", "kind", "value", "score", "explanation", "incidentId"])',
        'rename(columns: {_time: "time"})',
        'sort(columns: ["time"], desc: true)',
      ),
      shape: 'table',
    },
    alertMarks: {
      text: pipe(
        alerts(bucket),
        'map(fn: (r) => ({time: r._time, text: r.explanation, tags: r.kind, id: r.incidentId}))',
        'sort(columns: ["time"])',
      ),
      shape: 'table',
    },
    modelMarks: {
      text: pipe(
        points(bucket, { measurement: 'training', fields: ['status', 'version'], where: OF_METRIC }),
        FIELDS_AS_COLUMNS,
        'group()',
        'filter(fn: (r) => r.status == "promoted")',
        'map(fn: (r) => ({time: r._time, text: "Model " + r.version, tags: "model"}))',
        'sort(columns: ["time"])',
      ),
      shape: 'table',
    },
    verdicts: {
      text: pipe(
        points(bucket, { ...verdicts, fields: ['kind'] }),
        'aggregateWindow(every: v.windowPeriod, fn: last, createEmpty: false, timeSrc: "_start")',
        'group()',
        'keep(columns: ["_time", "_value"])',
        'rename(columns: {_value: "verdict"})',
        'sort(columns: ["_time"])',
      ),
      shape: 'series',
    },
  };
}

function alerts(bucket: string): string {
  return pipe(
    points(bucket, { measurement: 'alert', fields: ALERT_FIELDS, where: OF_SERIES }),
    FIELDS_AS_COLUMNS,
    'group()',
  );
}

/** What retrainings wrote for the time to come; once it has come, the verdicts hold the band that was used. */
function bandAhead(bucket: string): string {
  return pipe(
    points(bucket, {
      measurement: 'baseline',
      fields: ['expected', 'lower', 'upper'],
      where: OF_SERIES,
      range: CHOSEN_RANGE,
    }),
    'filter(fn: (r) => r._time >= now())',
    'group(columns: ["_field"])',
    FIELDS_AS_COLUMNS,
    'keep(columns: ["_time", "expected", "lower", "upper"])',
    'rename(columns: {expected: "expected ahead", lower: "lower ahead", upper: "upper ahead"})',
    'sort(columns: ["_time"])',
  );
}
