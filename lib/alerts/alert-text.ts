import { endsIncident } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';
import type { Alert, AlertSummary } from './alert-channel.ts';

const METRICS_IN_A_TITLE = 5;

/** What every message adds to the alert. */
export interface AlertContext {
  /** The installation: production, staging. */
  readonly environment: string;
  /** URL of the incident in Grafana; undefined without Grafana. */
  readonly linkTo: (alert: Alert) => string | undefined;
}

/** What the alert reports about its incident. */
export type IncidentPhase = 'opened' | 'updated' | 'resolved' | 'seriesMissing';

/**
 * The phase that the alert reports. A spike within the refractory time of a resolved incident opens a new incident, like
 * an onset.
 */
export function phaseOf({ event }: Alert): IncidentPhase {
  if (endsIncident(event.kind)) return 'resolved';
  if (event.kind === 'series-missing') return 'seriesMissing';
  const isBeginning = event.kind === 'new-spike' && event.onsetSeconds === event.verdict.timeSeconds;
  return event.kind === 'onset' || isBeginning ? 'opened' : 'updated';
}

/** The alert in a few words: `cpu_usage is anomalous (instance=a:9100, mode=user)`. */
export function alertTitle(alert: Alert): string {
  if (alert.summary !== undefined) return summaryTitle(alert, alert.summary);
  const series = labelText(alert.labels);
  return `${alert.metric} ${finding(alert)}${series === '' ? '' : ` (${series})`}`;
}

/** The alert on one line: installation, title, start, reason and link. */
export function alertText(alert: Alert, { environment, linkTo }: AlertContext): string {
  const link = linkTo(alert);
  const since = isoTime(alert.event.onsetSeconds);
  const line = `[${environment}] ${alertTitle(alert)}, since ${since}. ${alert.event.explanation}`;
  return oneLine(link === undefined ? line : `${line} See ${link}`);
}

/** Unix seconds in ISO 8601, UTC, without milliseconds. */
export function isoTime(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

function summaryTitle(alert: Alert, { incidents, metrics }: AlertSummary): string {
  const names = Object.entries(metrics).map(([name, count]) => `${name}: ${count}`);
  const shown = names.slice(0, METRICS_IN_A_TITLE).join(', ');
  const what = phaseOf(alert) === 'resolved' ? 'incidents resolved' : 'incidents opened';
  return `${incidents} ${what} (${shown}${names.length > METRICS_IN_A_TITLE ? ', ...' : ''})`;
}

function finding(alert: Alert): string {
  if (alert.event.kind === 'series-missing') return 'is missing';
  if (alert.event.kind === 'series-returned') return 'is no longer missing';
  if (alert.event.kind === 'resolved') return 'is back to normal';
  if (phaseOf(alert) === 'opened') return 'is anomalous';
  return alert.event.kind === 'escalation' ? 'is getting worse' : 'spiked again';
}

function labelText(labels: Labels): string {
  return Object.keys(labels)
    .filter((name) => name !== '__name__')
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(', ');
}

/** A label value may contain line breaks, which mail and chat programs would show as a second message. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
