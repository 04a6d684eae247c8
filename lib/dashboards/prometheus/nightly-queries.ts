import type { StoreQuery } from '../store/dashboard-store.ts';
import type { AccuracyQuestion, ModelsQuestion, Question } from '../store/questions.ts';

/** A training or an evaluation is one sample a night: a question looks at the whole time that is shown for it. */
const SHOWN = '$__range';
/** Between two points that are drawn: no sample is missed, and none is drawn twice. */
const BETWEEN_POINTS = '$__interval';
/** Prometheus gives the time of a sample only while it is in its lookback. */
const LOOKBACK = '5m';

/** Besides the reasons of trainings and the sentences of evaluations, which Prometheus does not store. */
type NightlyQuestion =
  | Extract<Question, 'modelMarks'>
  | Exclude<ModelsQuestion, 'trainings' | 'modelAge'>
  | Exclude<AccuracyQuestion, 'headline' | 'recallByKind' | 'delayByKind'>;

/**
 * The questions of trainings and evaluations that a store of numbers answers, in PromQL.
 *
 * @param ofMetric the selector of the chosen metrics.
 */
export function nightlyQueries(ofMetric: string): Record<NightlyQuestion, StoreQuery> {
  const newest = (name: string) => `last_over_time(tidemark_${name}{${ofMetric}}[${SHOWN}])`;
  const points = (name: string, more = '') =>
    `last_over_time(tidemark_${name}{${more}${ofMetric}}[${BETWEEN_POINTS}])`;
  const figure = (text: string): StoreQuery => ({ text, shape: 'table', columns: { Value: 'value' } });
  const timeOf = (name: string) =>
    figure(`1000 * max(max_over_time(timestamp(tidemark_${name}{${ofMetric}})[${SHOWN}:${LOOKBACK}]))`);
  const byMetric = (name: string): StoreQuery => ({
    text: `max by (metric) (${points(name)})`,
    shape: 'series',
    legend: '{{metric}}',
  });
  /** A line for each field, under the name that the panels know it by. */
  const fields = (names: Readonly<Record<string, string>>): StoreQuery => ({
    text: Object.entries(names)
      .map(([field, name]) => `label_replace(sum(${points(name)}), "field", "${field}", "", "")`)
      .join(' or '),
    shape: 'series',
    legend: '{{field}}',
  });
  const withInterval = (field: string, name: string) => ({
    [field]: name,
    [`${field}Low`]: `${name}_low`,
    [`${field}High`]: `${name}_high`,
  });
  const evaluated = (name: string) => figure(`max(${newest(`evaluation_${name}`)})`);
  return {
    modelMarks: {
      text: points('training', 'status="promoted",'),
      shape: 'series',
      legend: 'New models of {{metric}}',
    },
    lastTraining: timeOf('training'),
    trainingOutcomes: {
      text: `sum by (status) (count_over_time(tidemark_training{${ofMetric}}[${SHOWN}]))`,
      shape: 'table',
      columns: { status: 'outcome', Value: 'trainings' },
    },
    coverageOfModels: byMetric('training_median_coverage'),
    errorOfModels: byMetric('training_median_error_to_seasonal_naive'),
    falseAlertsOfModels: byMetric('training_mean_false_alerts_per_week'),
    seriesByOutcome: fields({
      promoted: 'training_promoted',
      kept: 'training_kept',
      refused: 'training_refused',
      tooLittleHistory: 'training_too_little_history',
    }),
    lastEvaluation: timeOf('evaluation_series'),
    recall: evaluated('recall'),
    delay: evaluated('delay_seconds'),
    falseAlerts: evaluated('false_alerts_per_week'),
    allowedFalseAlerts: evaluated('budget_per_week'),
    budgetUsed: figure(
      `max(${newest('evaluation_false_alerts_per_week')} / ${newest('evaluation_budget_per_week')})`,
    ),
    precision: evaluated('precision'),
    coverage: evaluated('coverage'),
    falseAlertsOverTime: fields({
      ...withInterval('falseAlertsPerWeek', 'evaluation_false_alerts_per_week'),
      budgetPerWeek: 'evaluation_budget_per_week',
    }),
    recallOverTime: fields(withInterval('recall', 'evaluation_recall')),
  };
}
