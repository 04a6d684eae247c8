import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { DashboardStore, StoreQuery, TickPrice, VariableQuery } from '../store/dashboard-store.ts';
import type { Question } from '../store/questions.ts';
import { OF_METRIC, promqlQueries } from './promql-queries.ts';

/** Grafana's number for a variable that lists the values of a label. */
const LABEL_VALUES = 1;

/** How the results are stored, and what the ticks cost that write them. */
export interface PrometheusDashboardOptions {
  readonly datasourceUid: string;
  /** The distance of two samples, in seconds. */
  readonly stepSeconds: number;
  readonly price: TickPrice;
}

/**
 * Dashboards over what a Prometheus, or a store that speaks PromQL, holds of the verdicts: the metrics `tidemark_value`,
 * `tidemark_expected`, `tidemark_lower`, `tidemark_upper`, `tidemark_score` and `tidemark_anomaly` (0 or 1). Their labels
 * are those of the series, `metric`, and `series`: the text of `seriesKey`.
 */
export class PrometheusDashboardStore implements DashboardStore {
  readonly kind = 'prometheus';
  readonly datasourceType = 'prometheus';
  readonly datasourceUid: string;

  readonly #queries: Readonly<Partial<Record<Question, StoreQuery>>>;

  constructor({ datasourceUid, stepSeconds, price }: PrometheusDashboardOptions) {
    this.datasourceUid = datasourceUid;
    this.#queries = promqlQueries(stepSeconds, price);
  }

  query(question: Question): StoreQuery | undefined {
    return this.#queries[question];
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
