import type { RecordedIncident } from '../../lib/results/alert-history.ts';
import type { Labels } from '../../lib/series/labels.ts';

/** What every command prints of an incident with `--json`. */
export interface IncidentJson {
  readonly id: string;
  readonly metric: string;
  readonly labels: Labels;
  /** ISO 8601. */
  readonly onset: string;
  /** ISO 8601; null while it is open. */
  readonly end: string | null;
  readonly explanation: string;
}

/** A recorded incident as JSON. */
export function incidentJson(incident: RecordedIncident): IncidentJson {
  const { incidentId, metric, labels, onsetSeconds, endSeconds, isOver, explanation } = incident;
  return {
    id: incidentId,
    metric,
    labels,
    onset: new Date(onsetSeconds * 1000).toISOString(),
    end: isOver ? new Date(endSeconds * 1000).toISOString() : null,
    explanation,
  };
}
