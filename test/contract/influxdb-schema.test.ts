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
import { alertRecord, evaluationRecord, verdictRecord } from './verdict-records.ts';

const DAY_SECONDS = 86_400;
const WINDOW_SECONDS = 3600;

const listSchema = z.object({
  buckets: z
    .array(
      z.object({
        id: z.string(),
        description: z.string().optional(),
        retentionRules: z.array(z.object({ everySeconds: z.number() })),
      }),
    )
    .optional(),
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
  const setupOf = (results: object, token = influx.token) => {
    const configuration = configurationSchema.parse({
      source: { kind: 'simulation' },
      metrics: [{ name: 'cpu' }],
      results: { kind: 'influxdb', url: influx.url, org: influx.org, token: { env: 'TOKEN' }, ...results },
    });
    return composeResultsSetup(configuration, { TOKEN: token });
  };
  const setUp = (
    results: object,
    { mayShorten = false, isDryRun = false, withTokens = false, token = influx.token } = {},
  ) => setupOf(results, token).setUp({ mayShorten, isDryRun, withTokens });
  const storeOf = (bucket: string, token = influx.token) =>
    new InfluxDbResultStore({
      url: influx.url,
      organization: influx.org,
      bucket,
      token,
      batchLines: 5000,
      timeoutMilliseconds: 10_000,
      retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    });
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
    await using store = storeOf(bucket);
    await store.write([verdictRecord({ host: 'a' }, { timeSeconds: Math.floor(Date.now() / 1000) })]);
    await expect(setUp({ bucket, retention: '30d' })).rejects.toThrow(ResultsSetupError);
    await expect(setUp({ bucket, retention: '30d' })).rejects.toThrow(
      /keeps records for 60d; a retention of 30d deletes older records.*--shorten/,
    );
    expect(await retentionOf(bucket)).toBe(60 * DAY_SECONDS);
    await setUp({ bucket, retention: '30d' }, { mayShorten: true });
    expect(await retentionOf(bucket)).toBe(30 * DAY_SECONDS);
  });

  it('are taken over when they are empty, whatever their retention was', async () => {
    const { bucket } = names();
    await setUp({ bucket, retention: '0s' });
    const [step] = await setUp({ bucket, retention: '30d' });
    expect(step).toMatchObject({ action: 'changed', drift: 'keeps records forever instead of for 30d' });
    expect(await retentionOf(bucket)).toBe(30 * DAY_SECONDS);
  });

  it('are not touched by a dry run, which names the same steps', async () => {
    const results = names();
    const dry = await setUp(results, { isDryRun: true, withTokens: true });
    expect(await get(`buckets?name=${results.bucket}`)).toEqual({ buckets: [] });
    const steps = await setUp(results, { withTokens: true });
    expect(steps.map(({ token: _, ...step }) => step)).toEqual(dry);
    expect(dry.every(({ token }) => token === undefined)).toBe(true);
  });

  it('are named when they differ from the configuration, and left as they are', async () => {
    const results = { ...names(), retention: '30d' };
    expect((await setupOf(results).check()).map(({ drift }) => drift)).toEqual(
      Array(3).fill('does not exist'),
    );
    await setUp(results);
    expect((await setupOf(results).check()).map(({ action }) => action)).toEqual(Array(3).fill('unchanged'));
    const changed = { ...results, retention: '7d', longTerm: { ...results.longTerm, window: '30m' } };
    expect((await setupOf(changed).check()).map(({ drift }) => drift)).toEqual([
      'keeps records for 30d instead of for 7d',
      '',
      'has another text',
    ]);
    expect(await retentionOf(results.bucket)).toBe(30 * DAY_SECONDS);
  });

  it('record the version of the schema, and keep the description of somebody else', async () => {
    const { bucket } = names();
    await setUp({ bucket });
    const described = async () => (await get(`buckets?name=${bucket}`)).buckets?.[0];
    expect(await described()).toMatchObject({ description: 'Records of Tidemark, schema 2' });
    const headers = { authorization: `Token ${influx.token}`, 'content-type': 'application/json' };
    const describe = async (description: string) =>
      fetch(`${influx.url}/api/v2/buckets/${(await described())?.id}`, {
        method: 'PATCH',
        headers,
        body: JSON.stringify({ description }),
      });
    await describe('Records of Tidemark');
    expect((await setupOf({ bucket }).check())[0]?.drift).toBe(
      'is described as "Records of Tidemark" instead of "Records of Tidemark, schema 2"',
    );
    await describe('Shared with the other team');
    expect((await setUp({ bucket }))[0]?.action).toBe('unchanged');
  });

  it('find the organization by its id', async () => {
    const headers = { authorization: `Token ${influx.token}` };
    const { orgs } = (await (await fetch(`${influx.url}/api/v2/orgs`, { headers })).json()) as {
      orgs: { id: string }[];
    };
    expect((await setUp({ ...names(), org: orgs[0]!.id })).map(({ action }) => action)).toContain('created');
    await expect(setUp({ ...names(), org: 'other' })).rejects.toThrow(
      /shows no organization "other" to this token/,
    );
  });

  it('get tokens of their own: one that writes, and one that only reads', async () => {
    const results = names();
    const steps = await setUp(results, { withTokens: true });
    const [writer, reader] = steps.slice(-2);
    expect(writer?.thing).toBe(`token "tidemark: writer of ${results.bucket}"`);
    const record = verdictRecord({ host: 'a' }, { timeSeconds: Math.floor(Date.now() / 1000) });
    await using writing = storeOf(results.bucket, writer!.token!);
    await writing.write([record]);
    await using reading = storeOf(results.bucket, reader!.token!);
    await expect(reading.write([record])).rejects.toThrow('the token may not write to this bucket');
    const rows = await queryInfluxDb({ ...influx, bucket: results.bucket, token: reader!.token! }, '');
    expect(rows.length).toBeGreaterThan(0);
    await using elsewhere = storeOf(results.longTerm.bucket, writer!.token!);
    await expect(elsewhere.write([record])).rejects.toThrow('the token may not write to this bucket');
    const again = await setUp(results, { withTokens: true });
    expect(again.slice(-2).map(({ action, token }) => [action, token])).toEqual(
      Array(2).fill(['unchanged', undefined]),
    );
  });

  it('are removed with their task and tokens, and only those of the configuration', async () => {
    const [results, others] = [names(), names()];
    await setUp(results, { withTokens: true });
    await setUp(others);
    const dry = await setupOf(results).tearDown(true);
    expect(dry.map(({ action }) => action)).toEqual(Array(5).fill('removed'));
    expect((await setupOf(results).check()).map(({ action }) => action)).toEqual(Array(3).fill('unchanged'));
    expect(await setupOf(results).tearDown(false)).toEqual(dry);
    expect((await setupOf(results).check()).map(({ drift }) => drift)).toEqual(
      Array(3).fill('does not exist'),
    );
    expect((await setupOf(others).check()).map(({ action }) => action)).toEqual(Array(3).fill('unchanged'));
    expect(await setupOf(results).tearDown(false)).toEqual([]);
  });

  it('are refused to a wrong token, with what to do', async () => {
    await expect(setUp(names(), { token: 'wrong' })).rejects.toThrow(/401.*may create buckets and tasks/);
  });

  it('of the long term hold means, the largest score, the count of anomalies, and alerts as they were', async () => {
    const { bucket, longTerm } = names();
    await setUp({ bucket, longTerm });
    await using store = storeOf(bucket);
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
      { ...evaluationRecord({ recall: 0.75 }), timeSeconds: windowStart },
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
      'evaluation recall': 0.75,
    });
    expect(rows).toHaveLength(new Set(Object.keys(stored)).size);
  });
});
