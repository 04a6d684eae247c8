import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { backfill } from '../services/backfill.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { dailyHistory } from './retrain/history.ts';
import { SignedApi } from './retrain/signed-api.ts';

const HISTORY_SECONDS = 11 * 86_400;

const started = z.object({ id: z.string(), statusUrl: z.string() });
const evaluation = z.object({
  state: z.string(),
  reason: z.string().nullable(),
  warnings: z.array(z.string()),
  result: z
    .object({
      metric: z.string(),
      headline: z.string(),
      series: z.number(),
      budgetPerWeek: z.number(),
      metrics: z.object({ recall: z.object({ value: z.number() }) }),
    })
    .nullable(),
  report: z.object({ url: z.string(), expiresAt: z.string() }).nullable(),
});

describe.skipIf(await cannotHave('cloud', 'prometheus', 'influxdb'))('the deployed evaluation', () => {
  const stack = new AsyncDisposableStack();
  let influx: UsedInfluxDb;
  let prometheus: Awaited<ReturnType<typeof startServer<'prometheus'>>>;
  let api: SignedApi;
  let nowSeconds: number;

  beforeAll(async () => {
    influx = stack.use(await useInfluxDb());
    const scratch = mkdtempSync(join(tmpdir(), 'tidemark-evaluate-'));
    stack.defer(() => rmSync(scratch, { recursive: true, force: true }));
    nowSeconds = Math.floor(Date.now() / 1000);
    const dataDirectory = join(scratch, 'prometheus');
    await backfill(dataDirectory, [...dailyHistory('queue_length', nowSeconds, HISTORY_SECONDS)]);
    prometheus = stack.use(
      await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs: [] } }),
    );
    // A cloud of its own, since another test's deployment has rules that fire as well; it refuses what the roles may not do.
    const { address: cloud } = stack.use(
      await startServer('cloud', { settings: { enforcesPermissions: true } }),
    );
    const { outputs } = await deployLocally(
      { cloud, prometheus: prometheus.address, influxdb: influx },
      { progress: silentProgress, configuration: 'test/stack/evaluate/config.yaml' },
    );
    api = new SignedApi(cloud.endpoint, outputs.ApiId ?? '');
  });
  afterAll(() => stack.disposeAsync());

  async function start(body: object, key?: string): Promise<string> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const answer = await api.ask('POST', '/evaluate', { body, headers });
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 202 });
    return started.parse(answer.body).id;
  }

  async function read(id: string): Promise<z.infer<typeof evaluation>> {
    const answer = await api.ask('GET', `/evaluations/${id}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return evaluation.parse(answer.body);
  }

  async function ended(id: string): Promise<z.infer<typeof evaluation>> {
    const stateOf = async () => (await read(id)).state;
    await expect.poll(stateOf, { interval: 500 }).not.toBe('running');
    return read(id);
  }

  const rows = (measurement: string) =>
    queryInfluxDb<Record<string, unknown>>(
      influx,
      `|> filter(fn: (r) => r._measurement == "${measurement}")
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group()`,
      '-12d',
    );

  it('of real history gives figures, a report that opens, and records', async () => {
    const order = { metric: 'queue_length', series: { host: 'b' }, injections: 60, budget: 0.5 };
    const to = new Date((nowSeconds - 600) * 1000).toISOString();
    const body = { ...order, to, from: new Date((nowSeconds - 10 * 86_400) * 1000).toISOString() };
    const id = await start(body, 'first');
    const { state, reason, result, report, warnings } = await ended(id);
    expect({ state, reason, warnings }).toEqual({ state: 'succeeded', reason: null, warnings: [] });
    expect(result).toMatchObject({ metric: 'queue_length', series: 1, budgetPerWeek: 0.5 });
    expect(result?.metrics.recall.value).toBeGreaterThan(0.3);
    const page = await fetch(report!.url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    expect(html).toContain('Can I page on queue_length?');
    expect(html).toContain(result!.headline.slice(0, 30));
    expect(html).toContain('uPlot');
    expect(Date.parse(report!.expiresAt)).toBeGreaterThan(Date.now());
    expect(await rows('evaluation')).toMatchObject([
      {
        metric: 'queue_length',
        headline: result?.headline,
        budgetPerWeek: 0.5,
        recall: result?.metrics.recall.value,
      },
    ]);
    expect((await rows('evaluation_recall')).length).toBeGreaterThan(5);
    expect(await start(body, 'first')).toBe(id);
  });

  it('says why there is nothing to evaluate', async () => {
    const run = await ended(await start({ metric: 'queue_length', series: { host: 'nobody' } }));
    expect(run).toMatchObject({ state: 'failed', result: null, report: null });
    expect(run.reason).toContain('queue_length has no series with the labels {"host":"nobody"}');
  });

  it('follows every retraining by itself', async () => {
    const before = (await rows('evaluation')).length;
    const answer = await api.ask('POST', '/retrain', { body: { metrics: ['queue_length'] } });
    expect(answer.status).toBe(202);
    await expect.poll(async () => (await rows('evaluation')).length, { interval: 1000 }).toBe(before + 1);
    expect(await rows('training')).toHaveLength(1);
  });

  it('that fails for good notes why with the run', async () => {
    await prometheus.kill();
    const { state, reason } = await ended(await start({ metric: 'queue_length' }));
    expect(state).toBe('failed');
    expect(reason).toContain(prometheus.address.url);
  });

  it('answers what it does not know as a problem', async () => {
    const unknown = await api.ask('POST', '/evaluate', { body: { metric: 'queue' } });
    expect(unknown).toMatchObject({ status: 404, type: 'application/problem+json' });
    expect(await api.ask('GET', '/evaluations/never-started')).toMatchObject({ status: 404 });
    const feedback = await api.ask('POST', '/alerts/0123456789ab/feedback', {
      body: { judgement: 'confirmed' },
    });
    expect(feedback).toMatchObject({ status: 404, body: { detail: expect.stringContaining('No alert') } });
  });
});
