import {
  QueryBuilder,
  type Rule,
  RuleBuilder,
  type RuleGroup,
} from '@grafana/grafana-foundation-sdk/alerting';
import { TypeReduceBuilder, TypeThresholdBuilder } from '@grafana/grafana-foundation-sdk/expr';
import type { Configuration } from '../../config/schema.ts';
import type { DashboardStore } from '../store/dashboard-store.ts';
import { type RulePlan, rulePlans, secondsBehind } from './rule-plans.ts';

/** Grafana's data source of expressions. */
const EXPRESSION = { type: '__expr__', uid: '__expr__' };
const GROUP = 'tidemark';
const LEAST_RANGE_SECONDS = 900;

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
  const rangeSeconds = Math.max(LEAST_RANGE_SECONDS, 3 * secondsBehind(intervalSeconds));
  const plans = rulePlans(schedule, '$values.B.Value');
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
