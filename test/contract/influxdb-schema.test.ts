import { randomUUID } from 'node:crypto';
import { InfluxDB } from '@influxdata/influxdb-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { composeResultsSetup } from '../../lib/compose/results-setup.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { ResultsSetupError } from '../../lib/results/errors.ts';
import { downsamplingFlux } from '../../lib/results/influxdb/downsampling-task.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import type { Addresses } from '../services/service.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { alertRecord, verdictRecord } from './verdict-records.ts';

const DAY_SECONDS = 86_400;
const WINDOW_SECONDS = 3600;

const listSchema = z.object({
  buckets: z.array(z.object({ retentionRules: z.array(z.object({ everySeconds: z.number() })) })).optional(),
  tasks: z.array(z.object({ id: z.string(), flux: z.string(), updatedAt: z.string().optional() })).optional(),
});

describe.skipIf(await cannotHave('influxdb'))('the buckets and tasks of InfluxDB', () => {
  const stack = new AsyncDisposableStack();
  let influx: Addresses['influxdb'];
  beforeAll(async () => {
    // A server of its own: tasks run on it.
    influx = stack.use(await startServer('influxdb')).address;
  });
  afterAll(() => stack.disposeAsync());

  const get = async (path: string): Promise<z.infer<typeof listSchema>> => {
    const headers = { authorization: `Token ${influx.token}` };
    return listSchema.parse(await (await fetch(`${influx.url}/api/v2/${path}`, { headers })).json());
  };
  const retentionOf = async (bucket: string) => {
    const { buckets } = await get(`buckets?name=${bucket}`);
    return buckets?.[0]?.retentionRules[0]?.everySeconds ?? 0;
  };

  /** Sets up what a configuration says, with names of this test's own. */
  const setUp = (results: object, { mayShorten = false, token = influx.token } = {}) => {
    const configuration = configurationSchema.parse({
      source: { kind: 'simulation' },
      metrics: [{ name: 'cpu' }],
      results: { kind: 'influxdb', url: influx.url, org: influx.org, token: { env: 'TOKEN' }, ...results },
    });
    return composeResultsSetup(configuration, { TOKEN: token })(mayShorten);
  };
  const names = () => {
    const bucket = `b-${randomUUID()}`;
    return { bucket, longTerm: { bucket: `${bucket}-long`, window: '1h', retention: '730d' } };
  };

  it('are made as the configuration says, and not touched when it is done again', async () => {
    const results = { ...names(), retention: '30d' };
    const first = await setUp(results);
    expect(first.map(({ action }) => action)).toEqual(['created', 'created', 'created']);
    expect(await retentionOf(results.bucket)).toBe(30 * DAY_SECONDS);
    expect(await retentionOf(results.longTerm.bucket)).toBe(730 * DAY_SECONDS);
    const { tasks } = await get('tasks');
    const again = await setUp(results);
    expect(again.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(await get('tasks')).toMatchObject({ tasks });
  });

  it('follow the configuration when it changes', async () => {
    const results = names();
    await setUp({ bucket: results.bucket, retention: '30d' });
    await setUp({ bucket: results.bucket, retention: '60d' });
    expect(await retentionOf(results.bucket)).toBe(60 * DAY_SECONDS);
    await setUp({ bucket: results.bucket, retention: '0s' });
    expect(await retentionOf(results.bucket)).toBe(0);
    await setUp({ ...results, retention: '0s' });
    const changed = await setUp({
      ...results,
      retention: '0s',
      longTerm: { ...results.longTerm, window: '30m' },
    });
    expect(changed.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'changed']);
  });

  it('keep their records when the retention would become shorter, unless that is meant', async () => {
    const { bucket } = names();
    await setUp({ bucket, retention: '60d' });
    await expect(setUp({ bucket, retention: '30d' })).rejects.toThrow(ResultsSetupError);
    await expect(setUp({ bucket, retention: '30d' })).rejects.toThrow(/deletes older records.*--shorten/);
    expect(await retentionOf(bucket)).toBe(60 * DAY_SECONDS);
    await setUp({ bucket, retention: '30d' }, { mayShorten: true });
    expect(await retentionOf(bucket)).toBe(30 * DAY_SECONDS);
  });

  it('are refused to a wrong token, with what to do', async () => {
    await expect(setUp(names(), { token: 'wrong' })).rejects.toThrow(/401.*may create buckets and tasks/);
  });

  it('of the long term hold means, the largest score, the count of anomalies, and alerts as they were', async () => {
    const { bucket, longTerm } = names();
    await setUp({ bucket, longTerm });
    await using store = new InfluxDbResultStore({
      url: influx.url,
      organization: influx.org,
      bucket,
      token: influx.token,
      batchLines: 5000,
      timeoutMilliseconds: 10_000,
      retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    });
    const windowStart = Math.floor(Date.now() / 1000 / WINDOW_SECONDS - 1) * WINDOW_SECONDS;
    const verdicts = Array.from({ length: 10 }, (_, index) => ({
      timeSeconds: windowStart + 60 * index,
      value: index,
      score: index,
      anomalous: index >= 7,
    }));
    await store.write([
      ...verdicts.map((verdict) => verdictRecord({ host: 'a' }, verdict)),
      alertRecord({ host: 'a' }, { timeSeconds: windowStart }),
    ]);
    // What the task does, now and twice, without waiting for the hour.
    const downsampling = { fromBucket: bucket, toBucket: longTerm.bucket, windowSeconds: WINDOW_SECONDS };
    const flux = downsamplingFlux(downsampling).replace(/^option task.*\n/, '');
    const api = new InfluxDB({ url: influx.url, token: influx.token }).getQueryApi(influx.org);
    for (const _ of [1, 2]) await api.collectRows(flux);
    const rows = await queryInfluxDb<{ _measurement: string; _field: string; _value: unknown }>(
      { ...influx, bucket: longTerm.bucket },
      '',
    );
    const stored = Object.fromEntries(rows.map((row) => [`${row._measurement} ${row._field}`, row._value]));
    expect(stored).toMatchObject({
      'verdict value': 4.5,
      'verdict score': 9,
      'verdict anomalies': 3,
      'verdict expected': 0.5,
      'alert id': 'f00d',
    });
    expect(rows).toHaveLength(new Set(Object.keys(stored)).size);
  });
});
