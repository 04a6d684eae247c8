import { type AlertEventKind, endsIncident } from '../detector/verdict.ts';
import { type Labels, seriesKey } from '../series/labels.ts';
import { NoAlertHistoryError } from './errors.ts';

/** One recorded notification. */
export interface RecordedNotification {
  readonly id: string;
  readonly incidentId: string;
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly kind: AlertEventKind;
  readonly timeSeconds: number;
  readonly onsetSeconds: number;
  readonly explanation: string;
}

/** One recorded incident. */
export interface RecordedIncident {
  readonly incidentId: string;
  /** Ids of its notifications, in order of time. */
  readonly notificationIds: readonly string[];
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly onsetSeconds: number;
  /** Time of the resolution; while open, time of the newest notification. */
  readonly endSeconds: number;
  readonly isOver: boolean;
  /** Text of the first notification. */
  readonly explanation: string;
}

/** Looks up recorded alerts. */
export interface AlertHistory {
  /**
   * The incidents with notifications since a time, newest first, without missing series.
   *
   * @param sinceSeconds Unix seconds.
   * @throws ResultsUnavailableError when the store cannot be read; the message says what to fix.
   */
  incidents(sinceSeconds: number): Promise<RecordedIncident[]>;
}

/** The history of results that are not stored. */
export function noAlertHistory(kind: string): AlertHistory {
  return { incidents: () => Promise.reject(new NoAlertHistoryError(kind)) };
}

/** Groups notifications by incident, newest incident first. */
export function recordedIncidents(notifications: readonly RecordedNotification[]): RecordedIncident[] {
  const byIncident = Map.groupBy(
    notifications.filter(({ kind }) => kind !== 'series-missing' && kind !== 'series-returned'),
    ({ incidentId }) => incidentId,
  );
  return [...byIncident.values()]
    .map((ofOne) => incidentOf(ofOne.toSorted((one, other) => one.timeSeconds - other.timeSeconds)))
    .sort(
      (one, other) =>
        other.onsetSeconds - one.onsetSeconds ||
        compare(`${one.metric}${seriesKey(one.labels)}`, `${other.metric}${seriesKey(other.labels)}`),
    );
}

function incidentOf(notifications: readonly RecordedNotification[]): RecordedIncident {
  const first = notifications[0]!;
  const last = notifications.at(-1)!;
  const { incidentId, metric, labels, isSimulated, onsetSeconds, explanation } = first;
  return {
    incidentId,
    notificationIds: [...new Set(notifications.map(({ id }) => id))],
    metric,
    labels,
    isSimulated,
    onsetSeconds,
    endSeconds: last.timeSeconds,
    isOver: endsIncident(last.kind),
    explanation,
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
