import type { Verdict } from '../../lib/detector/verdict.ts';
import type {
  AlertRecord,
  EvaluationRecallRecord,
  EvaluationRecord,
  HealthRecord,
  MetricStateRecord,
  TickRecord,
  VerdictRecord,
} from '../../lib/results/result-store.ts';
import type { Labels } from '../../lib/series/labels.ts';

/** A Tuesday in November 2023, on the minute. */
export const START_SECONDS = 1_700_000_040;

/** A whole verdict, but for what is given. */
export function verdictRecord(
  labels: Labels,
  verdict: Partial<Verdict> = {},
  metric = 'cpu_usage',
): VerdictRecord {
  return {
    measurement: 'verdict',
    metric,
    labels,
    isSimulated: false,
    verdict: {
      timeSeconds: START_SECONDS,
      value: 0.75,
      kind: 'anomaly',
      anomalous: true,
      score: 3.25,
      confidence: 0.9375,
      band: { expected: 0.5, lower: 0.375, upper: 0.625 },
      channel: 'fast',
      evidence: undefined,
      ...verdict,
    },
  };
}

export function alertRecord(labels: Labels, alert: Partial<AlertRecord> = {}): AlertRecord {
  return {
    measurement: 'alert',
    metric: 'cpu_usage',
    labels,
    isSimulated: false,
    id: 'f00d',
    incidentId: 'beef',
    kind: 'onset',
    timeSeconds: START_SECONDS,
    onsetSeconds: START_SECONDS - 60,
    value: 0.75,
    score: 3.25,
    explanation: 'Twice what is expected.',
    ...alert,
  };
}

export function tickRecord(fields: Readonly<Record<string, number>>): TickRecord {
  return { measurement: 'tick', shard: 2, timeSeconds: START_SECONDS, fields };
}

export function metricStateRecord(fields: Readonly<Record<string, number>>): MetricStateRecord {
  return {
    measurement: 'metric_state',
    metric: 'cpu_usage',
    shard: 2,
    timeSeconds: START_SECONDS,
    state: 'waiting',
    reason: 'a "b"',
    unit: undefined,
    fields,
  };
}

export function healthRecord(
  record: Pick<HealthRecord, 'role' | 'service'> & Partial<HealthRecord>,
): HealthRecord {
  return {
    measurement: 'health',
    shard: 2,
    timeSeconds: START_SECONDS,
    state: 'up',
    sinceSeconds: START_SECONDS - 600,
    ticks: 0,
    troubles: 0,
    reason: undefined,
    ...record,
  };
}

export function evaluationRecord(
  fields: Readonly<Record<string, number>>,
  metric = 'cpu_usage',
): EvaluationRecord {
  const headline = 'Every "fault" was found.';
  return {
    measurement: 'evaluation',
    metric,
    isSimulated: false,
    timeSeconds: START_SECONDS,
    headline,
    fields,
  };
}

export function evaluationRecallRecord(
  record: Pick<EvaluationRecallRecord, 'kind' | 'size'> & Partial<EvaluationRecallRecord>,
): EvaluationRecallRecord {
  return {
    measurement: 'evaluation_recall',
    metric: 'cpu_usage',
    isSimulated: false,
    timeSeconds: START_SECONDS,
    expects: 'alert',
    magnitude: '5 × noise',
    fields: { injected: 8, succeeded: 6, share: 0.75, shareLow: 0.5, shareHigh: 1, delaySeconds: 0 },
    ...record,
  };
}
