import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { DashboardStore, StoreQuery, VariableQuery } from '../store/dashboard-store.ts';
import type { Question } from '../store/questions.ts';

/**
 * In a raw string, PromQL replaces nothing: what Grafana escapes for the regular expression arrives as it is. The only
 * character that could end it is a backtick, which no name of a series contains (see `seriesKey`).
 */
const OF_METRIC = 'metric=~`${metric:regex}`';
const OF_SERIES = `${OF_METRIC},series=~\`\${series:regex}\``;

/** Grafana's number for a variable that lists the values of a label. */
const LABEL_VALUES = 1;

const line = (text: string, legend: string): StoreQuery => ({ text, shape: 'series', legend });
const table = (text: string, columns: Readonly<Record<string, string>>): StoreQuery => ({
  text,
  shape: 'table',
  columns,
});

const queries: Readonly<Partial<Record<Question, StoreQuery>>> = {
  openIncidentCount: table('sum(tidemark_anomaly) or vector(0)', { Value: 'anomalous series' }),
  seriesCount: table('count(tidemark_value)', { Value: 'series' }),
  openIncidents: table('tidemark_anomaly == 1', { metric: 'metric', series: 'series' }),
  seriesByState: table(
    'count by (state) (label_replace(tidemark_anomaly == 1, "state", "anomaly", "", "") or label_replace(tidemark_anomaly == 0, "state", "normal", "", ""))',
    { state: 'state', Value: 'series' },
  ),
  highestScoreByMetric: line('max by (metric) (tidemark_score)', '{{metric}}'),
  metrics: table('count by (metric) (tidemark_value)', { metric: 'metric', Value: 'series' }),
  anomalousSeriesByMetric: line('sum by (metric) (tidemark_anomaly)', '{{metric}}'),
  value: line(`tidemark_value{${OF_SERIES}}`, 'value'),
  expected: line(`tidemark_expected{${OF_SERIES}}`, 'expected'),
  lower: line(`tidemark_lower{${OF_SERIES}}`, 'lower'),
  upper: line(`tidemark_upper{${OF_SERIES}}`, 'upper'),
  anomalousValue: line(`tidemark_value{${OF_SERIES}} and (tidemark_anomaly{${OF_SERIES}} == 1)`, 'anomaly'),
  score: line(`tidemark_score{${OF_SERIES}}`, 'score'),
  alertMarks: line(`tidemark_anomaly{${OF_SERIES}} == 1`, 'Anomaly of {{metric}}{{series}}'),
  ruleIncidents: line('sum by (metric) (tidemark_anomaly)', '{{metric}}'),
};

/**
 * Dashboards over what a Prometheus, or a store that speaks PromQL, holds of the verdicts: the metrics `tidemark_value`,
 * `tidemark_expected`, `tidemark_lower`, `tidemark_upper`, `tidemark_score` and `tidemark_anomaly` (0 or 1). Their labels
 * are those of the series, `metric`, and `series`: the text of `seriesKey`.
 */
export class PrometheusDashboardStore implements DashboardStore {
  readonly kind = 'prometheus';
  readonly datasourceType = 'prometheus';
  readonly datasourceUid: string;

  constructor({ datasourceUid }: { readonly datasourceUid: string }) {
    this.datasourceUid = datasourceUid;
  }

  query(question: Question): StoreQuery | undefined {
    return queries[question];
  }

  target(refId: string, { text, shape, legend }: StoreQuery, datasource: DataSourceRef): Builder<Dataquery> {
    const target = new DataqueryBuilder().refId(refId).expr(text).datasource(datasource);
    if (legend !== undefined) target.legendFormat(legend);
    return shape === 'table' ? target.instant().format(PromQueryFormat.Table) : target.range();
  }

  mark(
    annotation: AnnotationQueryBuilder,
    query: StoreQuery,
    datasource: DataSourceRef,
  ): AnnotationQueryBuilder {
    const { legend = '' } = query;
    return annotation.target(this.target('Annotation', query, datasource)).titleFormat(legend);
  }

  variable(name: 'metric' | 'series'): VariableQuery {
    const selector = name === 'metric' ? 'tidemark_value' : `tidemark_value{${OF_METRIC}}`;
    return { query: `label_values(${selector}, ${name})`, refId: name, qryType: LABEL_VALUES };
  }
}
