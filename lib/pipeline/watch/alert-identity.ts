import { createHash } from 'node:crypto';
import type { Alert } from '../../alerts/alert-channel.ts';
import type { AlertEvent } from '../../detector/verdict.ts';
import type { AlertRecord } from '../../results/result-store.ts';
import type { Labels } from '../../series/labels.ts';

/** The alert of an event. Its ids are derived from its content, so that equal events have equal ids. */
export function alertOf(
  metric: string,
  key: string,
  labels: Labels,
  isSimulated: boolean,
  event: AlertEvent,
): Alert {
  const incidentId = digest([metric, key, String(event.onsetSeconds)]);
  const id = digest([incidentId, event.kind, String(event.verdict.timeSeconds)]);
  return { id, incidentId, metric, labels, isSimulated, event };
}

/** The alert as a record of the result store. */
export function alertRecord({ id, incidentId, metric, labels, isSimulated, event }: Alert): AlertRecord {
  return {
    measurement: 'alert',
    metric,
    labels,
    isSimulated,
    id,
    incidentId,
    kind: event.kind,
    timeSeconds: event.verdict.timeSeconds,
    onsetSeconds: event.onsetSeconds,
    value: event.verdict.value,
    score: event.verdict.score ?? Number.NaN,
    explanation: event.explanation,
  };
}

/** A short hash of the parts. */
export function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}
