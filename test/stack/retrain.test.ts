import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ModelStore } from '../../lib/models/model-store.ts';
import { backfill } from '../services/backfill.ts';
import { deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, useInfluxDb } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { DeployedStack } from './deployed-stack.ts';
import { dailyHistory, HISTORY_NOISE } from './retrain/history.ts';
import { modelEvents } from './retrain/model-events.ts';
import { fireEveryMinute } from './retrain/schedules.ts';
import { SignedApi } from './retrain/signed-api.ts';

const METRICS = ['broken', 'queue_length', 'requests'];

const started = z.object({ id: z.string(), statusUrl: z.string() });
const metricSchema = z.object({
  metric: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  version: z.string().nullable(),
  series: z.number().nullable(),
  promotedSeries: z.number().nullable(),
});
const retraining = z.object({ id: z.string(), state: z.string(), metrics: z.array(metricSchema) });

describe.skipIf(await cannotHave('cloud', 'prometheus', 'influxdb'))('the deployed retraining', () => {
  const resources = new AsyncDisposableStack();
  let stack: DeployedStack;
  let api: SignedApi;
  let models: ModelStore;
  let eventsSent: Awaited<ReturnType<typeof modelEvents>>;

  beforeAll(async () => {
    const influxdb = resources.use(await useInfluxDb());
    const scratch = mkdtempSync(join(tmpdir(), 'tidemark-retrain-'));
    resources.defer(() => rmSync(scratch, { recursive: true, force: true }));
    const now = Date.now() / 1000;
    const dataDirectory = join(scratch, 'prometheus');
    await backfill(dataDirectory, [
      ...dailyHistory('queue_length', now),
      ...dailyHistory('requests_per_second', now),
    ]);
    const settings = { dataDirectory, scrapeConfigs: [] };
    const { address: prometheus } = resources.use(await startServer('prometheus', { settings }));
    // A cloud of its own: another test's deployment has rules that fire as well.
    const { address: cloud } = resources.use(
      await startServer('cloud', { settings: { enforcesPermissions: true } }),
    );
    const deployment = await deployLocally(
      { cloud, prometheus, influxdb },
      { progress: silentProgress, configuration: 'test/stack/retrain/config.yaml' },
    );
    stack = new DeployedStack(deployment, cloud, influxdb);
    await stack.disableRules();
    eventsSent = await modelEvents(stack.client, 'tidemark');
    api = new SignedApi(cloud.endpoint, stack.output('ApiId'));
    models = new ModelStore(stack.objects);
  });
  afterAll(() => resources.disposeAsync());

  async function start(body: unknown, key?: string): Promise<z.infer<typeof started>> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const answer = await api.ask('POST', '/retrain', { body, headers });
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 202 });
    return started.parse(answer.body);
  }

  async function read(id: string): Promise<z.infer<typeof retraining>> {
    const answer = await api.ask('GET', `/retrain/${id}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return retraining.parse(answer.body);
  }

  async function ended(id: string): Promise<z.infer<typeof retraining>> {
    await expect
      .poll(async () => (await read(id)).state, { interval: 500 })
      .not.toMatch(/^(waiting|running)$/);
    return read(id);
  }

  const executions = async () => {
    const stateMachineArn = stack.output('RetrainStateMachineArn');
    const { executions: found = [] } = await new SFNClient(stack.client).send(
      new ListExecutionsCommand({ stateMachineArn }),
    );
    return found;
  };

  const championOf = async (metric: string) => (await models.champions()).champions.get(metric);

  it('lets nobody in who has not signed', async () => {
    const answer = await fetch(api.urlOf('/retrain'), { method: 'POST' });
    expect(answer.status).toBe(403);
    expect(await executions()).toEqual([]);
  });

  it('runs to its end on the history of Prometheus: what can be trained is in use and announced, the rest is reported', async () => {
    const { id, statusUrl } = await start({ metrics: METRICS }, 'first');
    expect(statusUrl).toContain(`/retrain/${id}`);
    const { state, metrics } = await ended(id);
    expect(state).toBe('succeeded');
    expect(metrics.map(({ metric, status }) => [metric, status])).toEqual([
      ['broken', 'failed'],
      ['queue_length', 'promoted'],
      ['requests', 'promoted'],
    ]);
    expect(metrics[0]?.reason).toContain('many-to-many');
    for (const { metric, version, series, promotedSeries } of metrics.slice(1)) {
      expect({ series, promotedSeries }).toEqual({ series: 2, promotedSeries: 2 });
      const champion = await championOf(metric);
      expect(champion?.version).toBe(version);
      const loaded = await models.loadChampion(metric, champion!);
      expect(loaded).toMatchObject({ isStale: false, problems: [] });
    }
    const rows = await stack.rows('training');
    expect(new Map(rows.map(({ metric, status }) => [metric, status]))).toEqual(
      new Map(metrics.map(({ metric, status }) => [metric, status])),
    );
    const sent = await eventsSent();
    expect(sent.map((event) => event['detail-type'])).toEqual(['Model Promoted', 'Model Promoted']);
    const inUse = new Map(metrics.slice(1).map(({ metric, version }) => [metric, version]));
    expect(new Map(sent.map(({ detail }) => [detail.metric, detail.modelVersion]))).toEqual(inUse);
    for (const { detail } of sent)
      expect(detail.text).toContain(`${detail.metric}: 2 of 2 series have a new model`);
  });

  it('starts nothing when the same order comes again, and refuses another one under its key', async () => {
    const before = await executions();
    const again = await start({ metrics: METRICS }, 'first');
    expect(before.map(({ name }) => name)).toEqual([again.id]);
    expect(await executions()).toEqual(before);
    const other = await api.ask('POST', '/retrain', {
      body: { metrics: ['requests'] },
      headers: { 'idempotency-key': 'first' },
    });
    expect(other).toMatchObject({
      status: 422,
      body: { type: 'urn:tidemark:problem:unprocessable-request' },
    });
    expect(await executions()).toEqual(before);
  });

  it('gives the next tick the models: it scores by them', async () => {
    const time = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const { isError, answer } = await stack.invoke({ shard: 0, time: time.toISOString() });
    expect(isError, JSON.stringify(answer)).toBe(false);
    const { metrics } = (await stack.state(0))!;
    for (const metric of ['queue_length', 'requests']) {
      const champion = await championOf(metric);
      const series = [...(metrics.get(metric)?.series.values() ?? [])];
      expect(series.map(({ modelVersion }) => modelVersion)).toEqual([champion?.version, champion?.version]);
    }
    const rows = (await stack.rows('verdict')).filter(({ metric }) => metric === 'queue_length');
    expect(rows.length).toBeGreaterThan(0);
    for (const { kind, value, lower, upper } of rows) {
      expect(kind).toBe('normal');
      expect(Number(lower)).toBeLessThan(Number(value));
      expect(Number(upper)).toBeGreaterThan(Number(value));
      // Of the noise alone: 13 to 15.5 of its standard deviations after four days. The rhythm has a range of 40 of them.
      expect(Number(upper) - Number(lower)).toBeLessThan(16 * HISTORY_NOISE);
    }
  });

  it('started twice at once ends in one champion a metric, of which every part is there', async () => {
    const ids = await Promise.all([start({}), start({})]);
    const runs = await Promise.all(ids.map(({ id }) => ended(id)));
    expect(runs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    const { isRebuilt, champions } = await models.champions();
    expect(isRebuilt).toBe(false);
    for (const metric of ['queue_length', 'requests']) {
      const reported = runs.map(({ metrics }) => metrics.find((one) => one.metric === metric)?.version);
      const champion = champions.get(metric);
      expect(reported).toContain(champion?.version);
      const versions = [champion!.version, ...champion!.history];
      expect(await models.versions(metric)).toEqual(expect.arrayContaining(versions));
      const loaded = await models.loadChampion(metric, champion!);
      expect(loaded).toMatchObject({ isStale: false, problems: [] });
    }
  });

  it('stopped half way leaves what is in use whole, and the next run comes to its end', async () => {
    const { id } = await start({});
    await expect
      .poll(async () => (await read(id)).metrics.some(({ status }) => status !== 'waiting'), { interval: 50 })
      .toBe(true);
    const [running] = (await executions()).filter(({ name }) => name === id);
    await new SFNClient(stack.client).send(new StopExecutionCommand({ executionArn: running!.executionArn }));
    expect((await read(id)).state).toBe('stopped');
    expect((await models.champions()).isRebuilt).toBe(false);
    const next = await ended((await start({})).id);
    expect(next.state).toBe('succeeded');
    for (const metric of ['queue_length', 'requests']) {
      const { status, version, reason } = next.metrics.find((one) => one.metric === metric)!;
      const champion = await championOf(metric);
      // The local cloud lets a step that has begun come to its end, which may then be faster than the next run.
      if (version === null)
        expect({ status, reason }).toEqual({
          status: 'kept',
          reason: expect.stringContaining('rollback changed it'),
        });
      else expect(champion?.version).toBe(version);
      expect(await models.loadChampion(metric, champion!)).toMatchObject({ isStale: false, problems: [] });
    }
  });

  it('puts a metric back to the version before', async () => {
    const before = await championOf('requests');
    const answer = await api.ask('POST', '/models/requests/rollback', { body: {} });
    expect(answer).toMatchObject({
      status: 200,
      body: { metric: 'requests', champion: before!.history[0], canRollBackTo: before!.history.slice(1) },
    });
    expect((await championOf('requests'))?.version).toBe(before!.history[0]);
    expect(await api.ask('GET', '/models/requests')).toMatchObject({
      status: 200,
      body: { champion: before!.history[0], versions: expect.arrayContaining([before!.version]) },
    });
  });

  it('answers what it does not know as a problem, through the gateway too', async () => {
    const unknown = await api.ask('POST', '/retrain', { body: { metrics: ['reqests'] } });
    expect(unknown).toMatchObject({ status: 404, type: 'application/problem+json' });
    expect(unknown.body).toMatchObject({ detail: expect.stringContaining('did you mean "requests"?') });
    const malformed = await api.ask('POST', '/retrain', { text: '{"metrics": "requests"}' });
    expect(malformed).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/metrics' }] } });
    expect(await api.ask('GET', '/nothing')).toMatchObject({ status: 404, type: 'application/problem+json' });
    expect(await api.ask('PUT', '/retrain', { body: {} })).toMatchObject({ status: 405 });
    expect(await api.ask('GET', '/retrain/never-started')).toMatchObject({ status: 404 });
  });

  it('is started by its schedule, for all metrics', async () => {
    const known = new Set((await executions()).map(({ name }) => name));
    await fireEveryMinute(stack.client.endpoint);
    const fired = async () => (await executions()).find(({ name }) => !known.has(name))?.name;
    await expect.poll(fired, { interval: 500 }).toBeDefined();
    const { state, metrics } = await ended((await fired()) ?? '');
    expect(state).toBe('succeeded');
    expect(metrics.map(({ metric }) => metric).toSorted()).toEqual(METRICS);
  });
});
