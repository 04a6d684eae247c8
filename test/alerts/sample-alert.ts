import type { Alert } from '../../lib/alerts/alert-channel.ts';
import type { AlertContext } from '../../lib/alerts/alert-text.ts';
import type { AlertEventKind } from '../../lib/detector/verdict.ts';
import { alertOf } from '../../lib/pipeline/watch/alert-identity.ts';
import type { Labels } from '../../lib/series/labels.ts';

export const ONSET_SECONDS = 1_780_000_020;

export interface SampleNotification {
  readonly kind?: AlertEventKind;
  readonly metric?: string;
  readonly labels?: Labels;
  readonly onsetSeconds?: number;
  /** Time of the alert; the onset by default. */
  readonly timeSeconds?: number;
  readonly explanation?: string;
}

/** An alert as the pipeline makes it. */
export function sampleAlert({
  kind = 'onset',
  metric = 'cpu_usage',
  labels = { instance: 'a:9100', mode: 'user' },
  onsetSeconds = ONSET_SECONDS,
  timeSeconds = onsetSeconds,
  explanation = 'The value jumped to 0.93, expected about 0.41: this happens in about 1 of 14,000 minutes.',
}: SampleNotification = {}): Alert {
  return alertOf(metric, JSON.stringify(labels), labels, false, {
    kind,
    onsetSeconds,
    explanation,
    verdict: {
      timeSeconds,
      value: 0.93,
      kind: 'anomaly',
      anomalous: true,
      score: 6.25,
      confidence: 0.8,
      band: { expected: 0.41, lower: 0.2, upper: Number.POSITIVE_INFINITY },
      channel: 'fast',
      evidence: undefined,
    },
  });
}

export const sampleContext: AlertContext = {
  environment: 'production',
  linkTo: ({ metric }) => `http://grafana/d/tidemark?var-metric=${metric}`,
};
