import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** A Flux query for Grafana's InfluxDB data source; the library has no type for it. */
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

/** The single query of a panel. @param query Flux; `v.timeRangeStart` and the like are Grafana variables. */
export function fluxTarget({ datasource }: FluxSource, query: string): Builder<FluxTarget> {
  return { build: () => ({ refId: 'A', query, datasource, _implementsDataqueryVariant() {} }) };
}

/**
 * The points of a measurement that belong to the selected metric.
 *
 * @param fields names; each becomes a column or a row, depending on `rest`.
 * @param rest further steps of the query.
 */
export function ofSelectedMetric(
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
