import { flux, fluxDateTime, InfluxDB } from '@influxdata/influxdb-client';
import * as z from 'zod';
import { tlsOptions } from '../../connections/http-transport.ts';
import { type Labels, labelsOfKey } from '../../series/labels.ts';
import type { RecordedVerdict, VerdictHistory, VerdictWindow } from '../verdict-history.ts';
import type { InfluxDbReadOptions } from './influxdb-read-options.ts';
import { labelOfTag } from './line-protocol.ts';
import { unreadable } from './unreadable.ts';

const number = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
const rowSchema = z.object({
  _time: z.string().transform((text) => Date.parse(text) / 1000),
  metric: z.string(),
  simulated: z.string().nullish(),
  kind: z.enum(['normal', 'anomaly', 'no-data', 'warming-up', 'stale-model', 'out-of-domain']),
  anomalous: z.boolean(),
  value: number,
  expected: number,
  lower: number,
  upper: number,
  score: number,
  confidence: number,
});
/** InfluxDB has no field for what a verdict was stored without. */
const ABSENT = {
  value: undefined,
  expected: undefined,
  lower: undefined,
  upper: undefined,
  score: undefined,
  confidence: undefined,
};
/** Columns that are no label of the series. */
const OWN = new Set([...Object.keys(rowSchema.shape), 'channel', 'series', 'result', 'table']);

/** The verdicts in a bucket of InfluxDB 2, series by series. */
export class InfluxDbVerdictHistory implements VerdictHistory {
  readonly #options: InfluxDbReadOptions;

  constructor(options: InfluxDbReadOptions) {
    this.#options = options;
  }

  async *verdicts({ metric, startSeconds, endSeconds }: VerdictWindow): AsyncGenerator<RecordedVerdict> {
    const { url, token, organization, bucket, timeoutMilliseconds, tls = {} } = this.#options;
    const transportOptions = { ...tlsOptions(tls) };
    const client = new InfluxDB({ url, token, timeout: timeoutMilliseconds, transportOptions });
    const instant = (seconds: number) => fluxDateTime(new Date(seconds * 1000).toISOString());
    const query = flux`from(bucket: ${bucket})
      |> range(start: ${instant(startSeconds)}, stop: ${instant(endSeconds)})
      |> filter(fn: (r) => r._measurement == "verdict" and r.metric == ${metric})
      |> drop(columns: ["_start", "_stop"])
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")`;
    try {
      for await (const { values, tableMeta } of client.getQueryApi(organization).iterateRows(query)) {
        const row: Readonly<Record<string, unknown>> = tableMeta.toObject(values);
        const { _time: timeSeconds, simulated, ...verdict } = rowSchema.parse(row);
        yield {
          ...ABSENT,
          ...verdict,
          timeSeconds,
          isSimulated: simulated === 'true',
          labels: labelsOf(row),
        };
      }
    } catch (error) {
      throw unreadable(error, `InfluxDB at ${url}, bucket "${bucket}"`);
    }
  }
}

/** The labels in full where the series is a tag of its own; else those of the tags, which hold no empty ones. */
function labelsOf(row: Readonly<Record<string, unknown>>): Labels {
  const whole = typeof row.series === 'string' ? labelsOfKey(row.series) : undefined;
  if (whole !== undefined) return whole;
  return Object.fromEntries(
    Object.entries(row).flatMap(([tag, value]) =>
      OWN.has(tag) || tag.startsWith('_') || typeof value !== 'string' || value === ''
        ? []
        : [[labelOfTag(tag), value]],
    ),
  );
}
