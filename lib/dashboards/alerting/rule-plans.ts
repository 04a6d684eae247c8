import type { Configuration } from '../../config/schema.ts';
import type { AlertRuleQuestion } from '../store/questions.ts';

const DAY_SECONDS = 86_400;
/** Retrainings run every night: three that failed are no accident. */
const OLD_MODEL_SECONDS = 3 * DAY_SECONDS;
/** Ticks this many intervals behind do not catch up by themselves soon. */
const INTERVALS_BEHIND = 10;
const LEAST_SECONDS_BEHIND = 600;

/** One alert rule, whoever evaluates it. */
export interface RulePlan {
  readonly name: string;
  readonly title: string;
  readonly question: AlertRuleQuestion;
  /** It fires above this. */
  readonly above: number;
  readonly forDuration: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
  /** The panel that shows what the rule looks at; Grafana links to it. */
  readonly panel: { readonly uidSuffix: string; readonly id: number };
  /** What no data means; by default nothing is wrong. */
  readonly noData?: 'OK' | 'Alerting';
}

/**
 * The alert rules: an open anomaly, a silent metric, ticks that are behind, an old model.
 *
 * @param value how a text shows the value that was found, such as `$value`.
 */
export function rulePlans({ intervalSeconds }: Configuration['schedule'], value: string): RulePlan[] {
  const behindSeconds = secondsBehind(intervalSeconds);
  return [
    {
      name: 'anomaly',
      title: 'Tidemark: anomaly',
      question: 'ruleIncidents',
      panel: { uidSuffix: '-overview', id: 1 },
      above: 0,
      forDuration: '0s',
      severity: 'warning',
      summary: `{{ $labels.metric }}: {{ ${value} }} series anomalous`,
      description: 'The dashboard shows which series, since when, and why.',
    },
    {
      name: 'silent',
      title: 'Tidemark: metric silent',
      question: 'ruleSilent',
      panel: { uidSuffix: '-overview', id: 3 },
      above: 0,
      forDuration: '0s',
      severity: 'critical',
      summary: '{{ $labels.metric }} has no scored sample: nothing watches it',
      description: 'The overview names the reason, and so does "tidemark status".',
    },
    {
      name: 'behind',
      title: 'Tidemark: ticks behind',
      question: 'ruleLag',
      panel: { uidSuffix: '-operations', id: 1 },
      above: behindSeconds,
      forDuration: '5m',
      severity: 'critical',
      summary: `Shard {{ $labels.shard }} is {{ humanizeDuration ${value} }} behind`,
      description:
        'Anomalies are found late. No data means that no tick has written results: look at the function collect-and-detect.',
      noData: 'Alerting',
    },
    {
      name: 'model-old',
      title: 'Tidemark: model old',
      question: 'ruleModelAge',
      panel: { uidSuffix: '-models', id: 1 },
      above: OLD_MODEL_SECONDS,
      forDuration: '1h',
      severity: 'warning',
      summary: `The oldest model is {{ humanizeDuration ${value} }} old`,
      description: 'Retrainings fail or are refused: the dashboard of the models says why.',
    },
  ];
}

/** How far ticks may be behind. */
export function secondsBehind(intervalSeconds: number): number {
  return Math.max(LEAST_SECONDS_BEHIND, INTERVALS_BEHIND * intervalSeconds);
}
