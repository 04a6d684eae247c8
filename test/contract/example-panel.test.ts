import { InfluxDB } from '@influxdata/influxdb-client';
import { describe, expect, it } from 'vitest';
import { scoresDashboard } from '../../examples/verdict-panel.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { InfluxDbDashboardStore } from '../../lib/dashboards/influxdb/influxdb-dashboard-store.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { cannotHave, useInfluxDb } from '../services/shared.ts';
import { queriesOf } from './as-grafana.ts';
import { START_SECONDS, verdictRecord } from './verdict-records.ts';

const { grafana } = configurationSchema.parse({
  source: { kind: 'simulation' },
  metrics: [{ name: 'cpu' }],
});
const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString();

describe.skipIf(await cannotHave('influxdb'))('the panel of the examples', () => {
  it('shows the highest score of all series of each metric', async () => {
    await using influx = await useInfluxDb();
    await using store = new InfluxDbResultStore({
      url: influx.url,
      organization: influx.org,
      bucket: influx.bucket,
      token: influx.token,
      batchLines: 5000,
      timeoutMilliseconds: 10_000,
      retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    });
    await store.write([
      verdictRecord({ host: 'a' }, { score: 1.5 }, 'cpu'),
      verdictRecord({ host: 'b' }, { score: 4.25 }, 'cpu'),
      verdictRecord({ host: 'a' }, { score: -3 }, 'memory'),
    ]);
    const dashboards = new InfluxDbDashboardStore({
      datasourceUid: 'any',
      bucket: influx.bucket,
      price: { memoryGigabytes: 1, perGigabyteSecond: 1 },
    });
    const [query] = queriesOf(scoresDashboard(grafana, dashboards, influx.bucket)!);
    const flux = query!.text;
    const variables = `{timeRangeStart: ${isoOf(START_SECONDS - 600)}, timeRangeStop: ${isoOf(START_SECONDS + 600)}, windowPeriod: 5m}`;
    const rows: { metric: string; _value: number }[] = await new InfluxDB({
      url: influx.url,
      token: influx.token,
    })
      .getQueryApi(influx.org)
      .collectRows(`option v = ${variables}\n${flux}`);
    expect(rows.map(({ metric, _value }) => [metric, _value]).sort()).toEqual([
      ['cpu', 4.25],
      ['memory', -3],
    ]);
  });
});
