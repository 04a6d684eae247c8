import type { StoreQuery } from '../store/dashboard-store.ts';
import type { ModelsQuestion } from '../store/questions.ts';
import { byTag, FIELDS_AS_COLUMNS, fieldsOverTime, newest, OF_METRIC, pipe, points } from './flux.ts';

/** The questions of the models of the chosen metrics, in Flux. */
export function modelsQueries(bucket: string): Record<ModelsQuestion, StoreQuery> {
  const trainings = { measurement: 'training', where: OF_METRIC };
  const byMetric = (field: string) => byTag(bucket, { ...trainings, fields: [field] }, 'metric', 'last');
  return {
    modelAge: newest(
      bucket,
      { measurement: 'tick', fields: ['modelAgeSeconds'] },
      'group()',
      'max()',
      'keep(columns: ["_value"])',
    ),
    lastTraining: newest(
      bucket,
      { ...trainings, fields: ['series'] },
      'group()',
      'sort(columns: ["_time"])',
      'last()',
      'map(fn: (r) => ({_value: int(v: r._time) / 1000000}))',
    ),
    trainings: {
      text: pipe(
        points(bucket, {
          ...trainings,
          fields: ['status', 'reason', 'version', 'series', 'promoted', 'refused', 'tooLittleHistory'],
        }),
        FIELDS_AS_COLUMNS,
        'group()',
        'drop(columns: ["_start", "_stop", "_measurement", "simulated"])',
        'rename(columns: {_time: "time"})',
        'sort(columns: ["time"], desc: true)',
      ),
      shape: 'table',
    },
    trainingOutcomes: {
      text: pipe(
        points(bucket, { ...trainings, fields: ['status'] }),
        'keep(columns: ["_value", "metric"])',
        'group(columns: ["_value"])',
        'count(column: "metric")',
        'group()',
        'rename(columns: {_value: "outcome", metric: "trainings"})',
      ),
      shape: 'table',
    },
    coverageOfModels: byMetric('medianCoverage'),
    errorOfModels: byMetric('medianErrorToSeasonalNaive'),
    falseAlertsOfModels: byMetric('meanFalseAlertsPerWeek'),
    seriesByOutcome: fieldsOverTime(
      bucket,
      { ...trainings, fields: ['promoted', 'kept', 'refused', 'tooLittleHistory'] },
      'sum',
    ),
  };
}
