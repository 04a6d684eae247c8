import {
  QueryBuilder,
  type Rule,
  RuleBuilder,
  type RuleGroup,
} from '@grafana/grafana-foundation-sdk/alerting';
import { TypeReduceBuilder, TypeThresholdBuilder } from '@grafana/grafana-foundation-sdk/expr';
import type { Configuration } from '../../config/schema.ts';
import type { DashboardStore } from '../store/dashboard-store.ts';
import type { AlertRuleQuestion } from '../store/questions.ts';

/** Grafana's data source of expressions. */
const EXPRESSION = { type: '__expr__', uid: '__expr__' };
const GROUP = 'tidemark';
const DAY_SECONDS = 86_400;
/** Retrainings run every night: three that failed are no accident. */
const OLD_MODEL_SECONDS = 3 * DAY_SECONDS;
/** Ticks this many intervals behind do not catch up by themselves soon. */
const INTERVALS_BEHIND = 10;
const LEAST_SECONDS_BEHIND = 600;
const LEAST_RANGE_SECONDS = 900;

interface RulePlan {
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

/** What the alert rules depend on. */
export type AlertRuleSettings = Pick<Configuration, 'grafana' | 'schedule'>;

/** The uid of the folder; Grafana takes no folder with the uid of a dashboard. */
export function folderUidOf({ grafana }: Pick<Configuration, 'grafana'>): string {
  return `${grafana.dashboard.uid}-folder`;
}

/**
 * The alert rules as one group of Grafana's provisioning format: an open anomaly, a silent metric, ticks that are behind, an
 * old model. A rule whose data the store does not hold is left out.
 *
 * @param folderUid of the folder that holds them.
 */
export function alertRules(
  { grafana, schedule }: AlertRuleSettings,
  store: DashboardStore,
  folderUid: string,
): RuleGroup {
  const { uid } = grafana.dashboard;
  const { intervalSeconds } = schedule;
  const behindSeconds = Math.max(LEAST_SECONDS_BEHIND, INTERVALS_BEHIND * intervalSeconds);
  const rangeSeconds = Math.max(LEAST_RANGE_SECONDS, 3 * behindSeconds);
  const plans: RulePlan[] = [
    {
      name: 'anomaly',
      title: 'Tidemark: anomaly',
      question: 'ruleIncidents',
      panel: { uidSuffix: '-overview', id: 1 },
      above: 0,
      forDuration: '0s',
      severity: 'warning',
      summary: '{{ $labels.metric }}: {{ $values.B }} series anomalous',
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
      summary: 'Shard {{ $labels.shard }} is {{ humanizeDuration $values.B.Value }} behind',
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
      summary: 'The oldest model is {{ humanizeDuration $values.B.Value }} old',
      description: 'Retrainings fail or are refused: the dashboard of the models says why.',
    },
  ];
  const rules = plans.flatMap((plan) => ruleOf(plan, store, { uid, folderUid, rangeSeconds }) ?? []);
  return { title: GROUP, folderUid, interval: Math.max(60, intervalSeconds), rules };
}

interface RulePlace {
  readonly uid: string;
  readonly folderUid: string;
  readonly rangeSeconds: number;
}

function ruleOf(plan: RulePlan, store: DashboardStore, place: RulePlace): Rule | undefined {
  const query = store.query(plan.question);
  if (query === undefined) return undefined;
  const { uid, folderUid, rangeSeconds } = place;
  const datasource = { type: store.datasourceType, uid: store.datasourceUid };
  const condition = { evaluator: { type: 'gt' as const, params: [plan.above] } };
  return new RuleBuilder(plan.title)
    .uid(`${uid}-${plan.name}`)
    .folderUID(folderUid)
    .ruleGroup(GROUP)
    .orgID(1)
    .condition('C')
    .withQuery(
      new QueryBuilder('A')
        .datasourceUid(store.datasourceUid)
        .relativeTimeRange({ from: rangeSeconds, to: 0 })
        .model(store.target('A', query, datasource)),
    )
    .withQuery(
      new QueryBuilder('B')
        .datasourceUid(EXPRESSION.uid)
        .relativeTimeRange({ from: 0, to: 0 })
        .model(new TypeReduceBuilder().refId('B').datasource(EXPRESSION).expression('A').reducer('last')),
    )
    .withQuery(
      new QueryBuilder('C')
        .datasourceUid(EXPRESSION.uid)
        .relativeTimeRange({ from: 0, to: 0 })
        .model(
          new TypeThresholdBuilder()
            .refId('C')
            .datasource(EXPRESSION)
            .expression('B')
            .conditions([condition]),
        ),
    )
    .forDuration(plan.forDuration)
    .noDataState(plan.noData ?? 'OK')
    .execErrState('Error')
    .labels({ severity: plan.severity, source: 'tidemark' })
    .annotations({
      summary: plan.summary,
      description: plan.description,
      __dashboardUid__: `${uid}${plan.panel.uidSuffix}`,
      __panelId__: String(plan.panel.id),
    })
    .build();
}
