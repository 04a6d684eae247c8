import type { StoreQuery } from '../store/dashboard-store.ts';
import type { AccuracyQuestion } from '../store/questions.ts';
import { FIELDS_AS_COLUMNS, fluxList, newest, OF_METRIC, pipe, points } from './flux.ts';

/** The questions of the evaluations of the chosen metric, in Flux. */
export function accuracyQueries(bucket: string): Record<AccuracyQuestion, StoreQuery> {
  const evaluations = { measurement: 'evaluation', where: OF_METRIC };
  const figure = (field: string) =>
    newest(bucket, { ...evaluations, fields: [field] }, 'keep(columns: ["_time", "_value"])');
  const overTime = (field: string, ...more: readonly string[]): StoreQuery => {
    const fields = [field, `${field}Low`, `${field}High`, ...more];
    return {
      text: pipe(
        points(bucket, { ...evaluations, fields }),
        FIELDS_AS_COLUMNS,
        `keep(columns: ${fluxList(['_time', ...fields])})`,
      ),
      shape: 'series',
    };
  };
  const byKindAndSize = (field: string): StoreQuery => ({
    text: pipe(
      points(bucket, { measurement: 'evaluation_recall', where: OF_METRIC, fields: [field] }),
      'last()',
      'group()',
      'pivot(rowKey: ["kind"], columnKey: ["size"], valueColumn: "_value")',
      'sort(columns: ["kind"])',
    ),
    shape: 'table',
  });
  return {
    headline: newest(
      bucket,
      { ...evaluations, fields: ['headline'] },
      'keep(columns: ["_time", "_value"])',
      'rename(columns: {_time: "evaluated up to", _value: "answer"})',
    ),
    lastEvaluation: newest(
      bucket,
      { ...evaluations, fields: ['series'] },
      'map(fn: (r) => ({_value: int(v: r._time) / 1000000}))',
    ),
    recall: figure('recall'),
    delay: figure('delaySeconds'),
    falseAlerts: figure('falseAlertsPerWeek'),
    allowedFalseAlerts: figure('budgetPerWeek'),
    budgetUsed: {
      text: pipe(
        points(bucket, { ...evaluations, fields: ['falseAlertsPerWeek', 'budgetPerWeek'] }),
        'last()',
        FIELDS_AS_COLUMNS,
        'filter(fn: (r) => exists r.falseAlertsPerWeek and exists r.budgetPerWeek)',
        'map(fn: (r) => ({_time: r._time, _value: r.falseAlertsPerWeek / r.budgetPerWeek}))',
      ),
      shape: 'table',
    },
    precision: figure('precision'),
    coverage: figure('coverage'),
    recallByKind: byKindAndSize('share'),
    delayByKind: byKindAndSize('delaySeconds'),
    falseAlertsOverTime: overTime('falseAlertsPerWeek', 'budgetPerWeek'),
    recallOverTime: overTime('recall'),
  };
}
