import type { Labels } from '../series/labels.ts';
import { besideOwnLabels } from '../series/prometheus-labels.ts';
import type { Alert } from './alert-channel.ts';

const ALERT_NAMES = {
  anomaly: 'TidemarkAnomaly',
  missing: 'TidemarkSeriesMissing',
  summary: 'TidemarkManyAnomalies',
} as const;
const DEFAULT_SEVERITY = 'warning';

/**
 * The labels that every alert of an installation carries.
 *
 * @param configured override the default `severity` and `environment`.
 */
export function alertmanagerCommonLabels(environment: string, configured: Labels): Labels {
  return { severity: DEFAULT_SEVERITY, environment, ...configured };
}

/**
 * The labels that identify the incident in Alertmanager. They must stay the same from onset to end, so nothing that
 * changes between notifications is among them.
 *
 * @param configured labels that every alert carries; they override the default `severity` and `environment`.
 */
export function alertmanagerLabels(
  {
    metric,
    labels,
    event,
    summary,
    incidentId,
  }: Pick<Alert, 'metric' | 'labels' | 'summary'> & {
    readonly event: Pick<Alert['event'], 'kind'>;
    readonly incidentId?: string;
  },
  environment: string,
  configured: Labels,
): Labels {
  const isMissing = event.kind === 'series-missing' || event.kind === 'series-returned';
  if (summary !== undefined && incidentId !== undefined) {
    // A summary has no series: the incident id distinguishes it from the next one.
    const alertname = ALERT_NAMES.summary;
    return {
      ...alertmanagerCommonLabels(environment, configured),
      alertname,
      metric,
      incident: incidentId,
    };
  }
  const alertname = isMissing ? ALERT_NAMES.missing : ALERT_NAMES.anomaly;
  const usual = { ...alertmanagerCommonLabels(environment, configured), alertname, metric };
  return besideOwnLabels(usual, labels);
}
