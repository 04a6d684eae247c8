import { stringify } from 'yaml';
import { formatDuration } from '../../config/duration.ts';
import type { Configuration } from '../../config/schema.ts';
import type { DashboardStore } from '../store/dashboard-store.ts';
import { rulePlans } from './rule-plans.ts';

const LEAST_INTERVAL_SECONDS = 60;
/** No sample for this long means that nothing writes any more. */
const ABSENT_FOR = '15m';

/**
 * The alert rules as a rules file of Prometheus, which vmalert takes too: the same as Grafana's, over the time series that
 * remote write has stored.
 *
 * @param store one that answers in PromQL.
 * Source: Prometheus documentation, "Alerting rules".
 */
export function prometheusRules(
  { schedule, grafana }: Pick<Configuration, 'schedule' | 'grafana'>,
  store: DashboardStore,
): string {
  const rules = rulePlans(schedule, '$value').flatMap((plan) => {
    const query = store.query(plan.question);
    if (query === undefined) return [];
    const above = `(${query.text}) > ${plan.above}`;
    // Grafana asks what no data means; PromQL has to be asked for it.
    const isAbsent = `absent_over_time({__name__=~"tidemark_tick_.+"}[${ABSENT_FOR}])`;
    return [
      {
        alert: `Tidemark${plan.name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
        expr: plan.noData === 'Alerting' ? `${above} or ${isAbsent}` : above,
        ...(plan.forDuration === '0s' ? {} : { for: plan.forDuration }),
        labels: { severity: plan.severity, source: 'tidemark' },
        annotations: {
          summary: plan.summary,
          description: plan.description,
          dashboard: `/d/${grafana.dashboard.uid}${plan.panel.uidSuffix}`,
        },
      },
    ];
  });
  const interval = formatDuration(Math.max(LEAST_INTERVAL_SECONDS, schedule.intervalSeconds));
  const comment =
    '# Written by "tidemark dashboards --rules"; name it under rule_files in prometheus.yml, or give it to vmalert by -rule.\n';
  return comment + stringify({ groups: [{ name: 'tidemark', interval, rules }] }, { lineWidth: 0 });
}
