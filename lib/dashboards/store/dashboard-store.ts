import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Question } from './questions.ts';

/** A query of one store, in its own language. */
export interface StoreQuery {
  readonly text: string;
  /** `series` has a value at each time of the range; `table` has rows, and describes the end of the range. */
  readonly shape: 'series' | 'table';
  /** The name of the value, where the language does not say it itself. */
  readonly legend?: string;
  /** The columns that a table shows, by their names in the result, in this order; all, under their names, when omitted. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** What the ticks of an installation cost. */
export interface TickPrice {
  readonly memoryGigabytes: number;
  /** US dollars for a gigabyte and second of a function. */
  readonly perGigabyteSecond: number;
}

/** What a variable of a dashboard offers, as Grafana's model of a query variable holds it. */
export type VariableQuery = string | Readonly<Record<string, string | number>>;

/**
 * A kind of store that dashboards can read: it answers the questions of the panels in its own query language. A panel
 * whose question a store has no query for is left out, and so is a dashboard without panels.
 *
 * Queries name the reader's choices as `${metric:regex}` and `${series:regex}`: Grafana escapes what has a meaning in a
 * regular expression, and nothing else, so they stand only inside of one.
 */
export interface DashboardStore {
  readonly kind: 'influxdb' | 'prometheus';
  /** Grafana's name for the type of data source, which is also its plugin. */
  readonly datasourceType: string;
  /** The uid of the data source that is chosen at first, and that alert rules read. */
  readonly datasourceUid: string;
  /** Undefined for what the store does not hold. */
  query(question: Question): StoreQuery | undefined;
  /** The query as a panel, an annotation or an alert rule holds it. */
  target(refId: string, query: StoreQuery, datasource: DataSourceRef): Builder<Dataquery>;
  /** The query as marks over time: gives the annotation what Grafana's data source reads of it. */
  mark(
    annotation: AnnotationQueryBuilder,
    query: StoreQuery,
    datasource: DataSourceRef,
  ): AnnotationQueryBuilder;
  /** The names of all metrics, or the series of the chosen metric. */
  variable(name: 'metric' | 'series'): VariableQuery;
}
