import { type AlertEventKind, endsIncident } from '../detector/verdict.ts';
import { type Labels, seriesKey } from '../series/labels.ts';
import { NoAlertHistoryError } from './errors.ts';

/** One piece of news as it was kept. */
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

/** One incident as it was told. */
export interface RecordedIncident {
  readonly incidentId: string;
  /** Those of its news, in order of time. */
  readonly notificationIds: readonly string[];
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly onsetSeconds: number;
  /** When it was told to be over; the newest news of one that is not. */
  readonly endSeconds: number;
  readonly isOver: boolean;
  /** What was told first. */
  readonly explanation: string;
}

/** Where the alerts that were told can be looked up. */
export interface AlertHistory {
  /**
   * The anomalies of which there was news since then, the newest first. Series that went missing are none.
   *
   * @param sinceSeconds Unix seconds.
   * @throws ResultsUnavailableError when the store can't be read, with what to mend.
   */
  incidents(sinceSeconds: number): Promise<RecordedIncident[]>;
}

/** For results that are not stored. */
export const noAlertHistory: AlertHistory = {
  incidents: () => Promise.reject(new NoAlertHistoryError()),
};

/** Puts the news of each incident together; the newest incident first. */
export function recordedIncidents(news: readonly RecordedNotification[]): RecordedIncident[] {
  const byIncident = Map.groupBy(
    news.filter(({ kind }) => kind !== 'series-missing' && kind !== 'series-returned'),
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

function incidentOf(news: readonly RecordedNotification[]): RecordedIncident {
  const first = news[0]!;
  const last = news.at(-1)!;
  const { incidentId, metric, labels, isSimulated, onsetSeconds, explanation } = first;
  return {
    incidentId,
    notificationIds: [...new Set(news.map(({ id }) => id))],
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
