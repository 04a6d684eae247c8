/** What the panels, annotations and alert rules ask of a store, each in one query. */
export type Question =
  | OverviewQuestion
  | MetricQuestion
  | ModelsQuestion
  | AccuracyQuestion
  | OperationsQuestion
  | AlertRuleQuestion;

/** Of all metrics. */
export type OverviewQuestion =
  | 'openIncidentCount'
  | 'openIncidents'
  | 'seriesCount'
  | 'silentMetricCount'
  | 'silentMetrics'
  | 'seriesByState'
  | 'budget'
  | 'highestScoreByMetric'
  | 'metrics'
  | 'anomalousSeriesByMetric';

/** Of the chosen metric and series. */
export type MetricQuestion =
  | 'value'
  | 'expected'
  | 'lower'
  | 'upper'
  | 'valueWithBand'
  | 'bandAhead'
  | 'anomalousValue'
  | 'score'
  | 'threshold'
  | 'unit'
  | 'alerts'
  | 'alertMarks'
  | 'modelMarks'
  | 'verdicts';

/** Of the models of the chosen metrics. */
export type ModelsQuestion =
  | 'modelAge'
  | 'lastTraining'
  | 'trainings'
  | 'trainingOutcomes'
  | 'coverageOfModels'
  | 'errorOfModels'
  | 'falseAlertsOfModels'
  | 'seriesByOutcome';

/** Of the evaluations of the chosen metric. */
export type AccuracyQuestion =
  | 'headline'
  | 'lastEvaluation'
  | 'recall'
  | 'delay'
  | 'falseAlerts'
  | 'budgetUsed'
  | 'allowedFalseAlerts'
  | 'precision'
  | 'coverage'
  | 'recallByKind'
  | 'delayByKind'
  | 'falseAlertsOverTime'
  | 'recallOverTime';

/** Of the ticks themselves. */
export type OperationsQuestion =
  | 'lag'
  | 'phases'
  | 'faults'
  | 'connections'
  | 'connectionStates'
  | 'lateAndRejected'
  | 'spool'
  | 'volume'
  | 'tickTime'
  | 'cost';

/** Of what an alert rule looks at: one series of numbers by metric or shard. */
export type AlertRuleQuestion = 'ruleIncidents' | 'ruleSilent' | 'ruleLag' | 'ruleModelAge';
