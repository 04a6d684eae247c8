import {
  type Dashboard,
  DashboardBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import {
  delayPanel,
  figurePanel,
  headlinePanel,
  historyPanel,
  lastEvaluationPanel,
  recallPanel,
} from './accuracy-panels.ts';
import type { FluxSource } from './flux-target.ts';

/** At most one evaluation a night: a month of them is a history. */
const TIME_RANGE = { from: 'now-30d', to: 'now' };

/** The accuracy card of one metric, from its stored evaluations. */
export function accuracyDashboard(grafana: Configuration['grafana'], source: FluxSource): Dashboard {
  const { uid, title, refreshSeconds, timezone } = grafana.dashboard;
  const metrics = `import "influxdata/influxdb/schema"
schema.tagValues(bucket: ${JSON.stringify(source.bucket)}, tag: "metric", predicate: (r) => r._measurement == "evaluation", start: v.timeRangeStart)`;
  return new DashboardBuilder(`${title}: accuracy`)
    .uid(`${uid}-accuracy`)
    .description('How reliable the alerts of a metric are, measured on its own history.')
    .tags(['tidemark'])
    .readonly()
    .timezone(timezone)
    .refresh(`${refreshSeconds}s`)
    .time(TIME_RANGE)
    .withVariable(
      new QueryVariableBuilder('metric')
        .label('Metric')
        .datasource(source.datasource)
        .query({ query: metrics })
        .definition(metrics)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc),
    )
    .withPanel(headlinePanel(source))
    .withPanel(lastEvaluationPanel(source))
    .withPanel(
      figurePanel(
        source,
        'Faults found',
        'Of the injected ones, all kinds and sizes.',
        'recall',
        'percentunit',
      ),
    )
    .withPanel(figurePanel(source, 'Delay', 'Median, of the found faults.', 'delaySeconds', 's').decimals(0))
    .withPanel(figurePanel(source, 'False alerts a week', 'Per series.', 'falseAlertsPerWeek', 'none'))
    .withPanel(
      figurePanel(source, 'Budget', 'Accepted false alerts per series and week.', 'budgetPerWeek', 'none'),
    )
    .withPanel(
      figurePanel(source, 'Alerts that are real', 'At one incident a week.', 'precision', 'percentunit'),
    )
    .withPanel(
      figurePanel(
        source,
        'Inside the model band',
        'Of the samples after the fit.',
        'coverage',
        'percentunit',
      ),
    )
    .withPanel(recallPanel(source))
    .withPanel(delayPanel(source))
    .withPanel(
      historyPanel(
        source,
        'False alerts a week against the budget',
        'Per series and week.',
        'falseAlertsPerWeek',
        'budgetPerWeek',
      ),
    )
    .withPanel(
      historyPanel(source, 'Faults found over time', 'Of the injected ones.', 'recall')
        .unit('percentunit')
        .max(1),
    )
    .build();
}
