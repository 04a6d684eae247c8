import { InfluxDB } from '@influxdata/influxdb-client';
import type { Addresses } from './service.ts';

/** Rows of a Flux query on the server's own bucket; `from` and `range` are put in front. */
export async function queryInfluxDb<Row>(
  { url, token, org, bucket }: Addresses['influxdb'],
  flux: string,
  start = '-1d',
): Promise<Row[]> {
  const query = `from(bucket: ${JSON.stringify(bucket)}) |> range(start: ${start}, stop: 1d) ${flux}`;
  return new InfluxDB({ url, token }).getQueryApi(org).collectRows<Row>(query);
}
