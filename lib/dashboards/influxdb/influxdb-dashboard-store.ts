import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardStore, StoreQuery, TickPrice, VariableQuery } from '../store/dashboard-store.ts';
import type { Question } from '../store/questions.ts';
import { accuracyQueries } from './accuracy-queries.ts';
import { alertRuleQueries } from './alert-rule-queries.ts';
import { fluxText, OF_METRIC } from './flux.ts';
import { metricQueries } from './metric-queries.ts';
import { modelsQueries } from './models-queries.ts';
import { operationsQueries } from './operations-queries.ts';
import { overviewQueries } from './overview-queries.ts';

/** Where the results are, and what the ticks cost that write them. */
export interface InfluxDbDashboardOptions {
  readonly datasourceUid: string;
  readonly bucket: string;
  readonly price: TickPrice;
}

/** A Flux query for Grafana's InfluxDB data source; the library has no type for it. */
interface FluxTarget extends Dataquery {
  readonly refId: string;
  readonly query: string;
  readonly datasource: DataSourceRef;
}

/** Dashboards over the measurements in a bucket of InfluxDB 2, in Flux. */
export class InfluxDbDashboardStore implements DashboardStore {
  readonly kind = 'influxdb';
  readonly datasourceType = 'influxdb';
  readonly datasourceUid: string;
  readonly #bucket: string;
  readonly #queries: Readonly<Partial<Record<Question, StoreQuery>>>;

  constructor({ datasourceUid, bucket, price }: InfluxDbDashboardOptions) {
    this.datasourceUid = datasourceUid;
    this.#bucket = bucket;
    this.#queries = {
      ...overviewQueries(bucket),
      ...metricQueries(bucket),
      ...modelsQueries(bucket),
      ...accuracyQueries(bucket),
      ...operationsQueries(bucket, price),
      ...alertRuleQueries(bucket),
    };
  }

  query(question: Question): StoreQuery | undefined {
    return this.#queries[question];
  }

  target(refId: string, { text }: StoreQuery, datasource: DataSourceRef): Builder<FluxTarget> {
    return { build: () => ({ refId, query: text, datasource, _implementsDataqueryVariant() {} }) };
  }

  mark(
    annotation: AnnotationQueryBuilder,
    query: StoreQuery,
    datasource: DataSourceRef,
  ): AnnotationQueryBuilder {
    return annotation.target(this.target('Annotation', query, datasource));
  }

  variable(name: 'metric' | 'series'): VariableQuery {
    const where = name === 'metric' ? '' : ` and ${OF_METRIC}`;
    // Without the verdicts, an evaluation alone makes a metric worth choosing.
    const measured =
      name === 'metric'
        ? '(r._measurement == "verdict" or r._measurement == "training" or r._measurement == "evaluation")'
        : 'r._measurement == "verdict"';
    // As plain text, which every version of Grafana's editor reads.
    return `import "influxdata/influxdb/schema"

schema.tagValues(
  bucket: ${fluxText(this.#bucket)},
  tag: ${fluxText(name)},
  predicate: (r) => ${measured}${where},
  start: v.timeRangeStart,
)`;
  }
}
