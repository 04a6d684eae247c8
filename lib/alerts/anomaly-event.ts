import { detailTypes } from '../config/events.ts';
import { type Labels, seriesKey } from '../series/labels.ts';
import type { Alert, AlertSummary } from './alert-channel.ts';
import { type AlertContext, alertText, alertTitle, isoTime, phaseOf } from './alert-text.ts';

/** Incremented on a change that breaks current readers; a new field does not. */
const SCHEMA_VERSION = 1;

/** The detail of an incident's event, described in docs/alerts.md. Times are ISO 8601 in UTC. */
export interface AnomalyDetail {
  readonly version: number;
  /** Stays the same when the event is sent again. */
  readonly id: string;
  /** The same for all events of one incident. */
  readonly incidentId: string;
  readonly kind: string;
  readonly environment: string;
  readonly metric: string;
  readonly labels: Labels;
  /** The labels as one string, equal for equal series. */
  readonly series: string;
  readonly onset: string;
  /** Time of the sample that caused the event. */
  readonly time: string;
  /** Numbers are null when undefined or infinite, as for an unscored sample. */
  readonly value: number | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly score: number | null;
  /** 0 to 1. */
  readonly confidence: number;
  /** The detector channel: fast, deviation, level, range, flat. */
  readonly channel: string | null;
  readonly title: string;
  readonly reason: string;
  readonly link: string | null;
  /** Title, reason and link on one line. */
  readonly text: string;
  /** Present in a summary only: the incidents that it covers. */
  readonly summary?: AlertSummary;
}

/** The detail type of the alert's event. */
export function detailTypeOf(alert: Alert): string {
  return detailTypes[phaseOf(alert)];
}

/** The detail of the alert's event. */
export function anomalyDetail(alert: Alert, context: AlertContext): AnomalyDetail {
  const { event, labels } = alert;
  const { verdict } = event;
  return {
    version: SCHEMA_VERSION,
    id: alert.id,
    incidentId: alert.incidentId,
    kind: event.kind,
    environment: context.environment,
    metric: alert.metric,
    labels,
    series: seriesKey(labels),
    onset: isoTime(event.onsetSeconds),
    time: isoTime(verdict.timeSeconds),
    value: finite(verdict.value),
    expected: finite(verdict.band?.expected),
    lower: finite(verdict.band?.lower),
    upper: finite(verdict.band?.upper),
    score: finite(verdict.score),
    confidence: verdict.confidence,
    channel: verdict.channel ?? null,
    title: alertTitle(alert),
    reason: event.explanation,
    link: context.linkTo(alert) ?? null,
    text: alertText(alert, context),
    ...(alert.summary === undefined ? {} : { summary: alert.summary }),
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
