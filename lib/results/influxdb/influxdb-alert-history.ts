import { flux, fluxDateTime, InfluxDB } from '@influxdata/influxdb-client';
import * as z from 'zod';
import { tlsOptions } from '../../connections/http-transport.ts';
import { type AlertHistory, type RecordedIncident, recordedIncidents } from '../alert-history.ts';
import type { InfluxDbReadOptions } from './influxdb-read-options.ts';
import { unreadable } from './unreadable.ts';

const columns = ['id', 'incidentId', 'onset', 'explanation', 'labels'] as const;

const rowSchema = z.object({
  _time: z.string().transform((text) => Date.parse(text) / 1000),
  metric: z.string(),
  kind: z.enum(['onset', 'escalation', 'new-spike', 'resolved', 'series-missing', 'series-returned']),
  simulated: z.string().nullish(),
  id: z.string(),
  incidentId: z.string(),
  onset: z.number(),
  explanation: z.string(),
  labels: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
});

/** The alerts in a bucket of InfluxDB 2. */
export class InfluxDbAlertHistory implements AlertHistory {
  readonly #options: InfluxDbReadOptions;

  constructor(options: InfluxDbReadOptions) {
    this.#options = options;
  }

  async incidents(sinceSeconds: number): Promise<RecordedIncident[]> {
    const { url, token, organization, bucket, timeoutMilliseconds, tls = {} } = this.#options;
    const transportOptions = { ...tlsOptions(tls) };
    const client = new InfluxDB({ url, token, timeout: timeoutMilliseconds, transportOptions });
    // Incidents are stored at most one step ahead of the clock; a year is more than enough.
    const query = flux`from(bucket: ${bucket})
      |> range(start: ${fluxDateTime(new Date(sinceSeconds * 1000).toISOString())}, stop: 1y)
      |> filter(fn: (r) => r._measurement == "alert")
      |> filter(fn: (r) => contains(value: r._field, set: ${[...columns]}))
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
      |> keep(columns: ${['_time', 'metric', 'kind', 'simulated', ...columns]})
      |> group()`;
    let rows: unknown[];
    try {
      rows = await client.getQueryApi(organization).collectRows(query);
    } catch (error) {
      throw unreadable(error, `InfluxDB at ${url}, bucket "${bucket}"`);
    }
    return recordedIncidents(
      rows.flatMap((row) => {
        // Records of versions without incident ids cannot be grouped: they are skipped.
        const { success, data } = rowSchema.safeParse(row);
        if (!success) return [];
        const { _time: timeSeconds, onset: onsetSeconds, simulated, ...notification } = data;
        return [{ ...notification, timeSeconds, onsetSeconds, isSimulated: simulated === 'true' }];
      }),
    );
  }
}
