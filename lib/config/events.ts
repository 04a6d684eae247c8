/** The `source` of Tidemark's events. */
export const EVENT_SOURCE = 'tidemark';

/** The types of incident events: the functions send them and the deployed rule forwards them. */
export const detailTypes = {
  opened: 'Anomaly Opened',
  updated: 'Anomaly Updated',
  resolved: 'Anomaly Resolved',
  seriesMissing: 'Series Missing',
} as const;

/** The types of events about what the installation did automatically. */
export const noticeTypes = {
  modelPromoted: 'Model Promoted',
  modelRejected: 'Model Rejected',
  evaluationCompleted: 'Evaluation Completed',
  metricSilent: 'Metric Silent',
  metricRecovered: 'Metric Recovered',
} as const;
