/** Where our events say that they come from. */
export const EVENT_SOURCE = 'tidemark';

/** The kinds of events about incidents: what the functions put and what the deployed rule forwards. */
export const detailTypes = {
  opened: 'Anomaly Opened',
  updated: 'Anomaly Updated',
  resolved: 'Anomaly Resolved',
  seriesMissing: 'Series Missing',
} as const;

/** The kinds of events about what the installation did by itself. */
export const noticeTypes = {
  modelPromoted: 'Model Promoted',
  modelRejected: 'Model Rejected',
  evaluationCompleted: 'Evaluation Completed',
} as const;
