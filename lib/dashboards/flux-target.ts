import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** A query in Flux, as Grafana's data source of InfluxDB takes it; the library has no type of its own for it. */
export interface FluxTarget extends Dataquery {
  readonly refId: string;
  readonly query: string;
  readonly datasource: DataSourceRef;
}

/** The data source of a panel and the bucket that it reads. */
export interface FluxSource {
  readonly datasource: DataSourceRef;
  readonly bucket: string;
}

/** A panel's one query. @param query Flux; `v.timeRangeStart` and its like are Grafana's. */
export function fluxTarget({ datasource }: FluxSource, query: string): Builder<FluxTarget> {
  return { build: () => ({ refId: 'A', query, datasource, _implementsDataqueryVariant() {} }) };
}

/**
 * The points of a measurement that belong to the metric that the reader chose.
 *
 * @param fields names; each is a column of its own or a row, as the rest of the query says.
 * @param rest what is done with them.
 */
export function ofChosenMetric(
  { bucket }: FluxSource,
  measurement: string,
  fields: readonly string[],
  ...rest: readonly string[]
): string {
  const isWanted = fields.map((field) => `r._field == ${JSON.stringify(field)}`).join(' or ');
  return [
    `from(bucket: ${JSON.stringify(bucket)})`,
    'range(start: v.timeRangeStart, stop: v.timeRangeStop)',
    `filter(fn: (r) => r._measurement == ${JSON.stringify(measurement)} and r.metric == "\${metric}")`,
    `filter(fn: (r) => ${isWanted})`,
    ...rest,
  ].join('\n  |> ');
}
