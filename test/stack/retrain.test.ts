import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DisableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ModelStore } from '../../lib/models/model-store.ts';
import { S3ObjectStore } from '../../lib/models/s3-object-store.ts';
import { decodeShardState } from '../../lib/pipeline/shard-state-codec.ts';
import { normalAt } from '../../lib/sources/simulation/seeded-noise.ts';
import { backfill } from '../services/backfill.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { type Deployment, deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { SignedApi } from './retrain/signed-api.ts';

const HOUR = 3600;
const HISTORY_HOURS = 4 * 24 + 6;
const RUN_MILLISECONDS = 120_000;
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
const eventSchema = z.object({
  'detail-type': z.string(),
  detail: z.object({ id: z.string(), metric: z.string(), modelVersion: z.string(), text: z.string() }),
});
const retraining = z.object({ id: z.string(), state: z.string(), metrics: z.array(metricSchema) });

/** Two hosts with a rhythm of the day, a sample a minute, the last one shortly after `endSeconds`. */
function* history(name: string, endSeconds: number) {
  const end = Math.ceil(endSeconds / 60) * 60 + 1800;
  for (const host of ['a', 'b']) {
    const samples: [number, number][] = [];
    for (let time = end - HISTORY_HOURS * HOUR; time <= end; time += 60) {
      const angle = ((time % 86_400) / 86_400) * 2 * Math.PI;
      const noise = normalAt(name.length + host.charCodeAt(0), time / 60);
      samples.push([time, 100 + 40 * Math.cos(angle) + 2 * noise]);
    }
    yield { name, labels: { job: 'demo', host }, samples };
  }
}

describe.skipIf(await cannotHave('cloud', 'prometheus', 'influxdb'))('the deployed retraining', () => {
  const stack = new AsyncDisposableStack();
  let influx: UsedInfluxDb;
  let deployment: Deployment;
  let api: SignedApi;
  /** Gets the events that the installation puts on its bus. */
  let queueUrl: string;
  let objects: S3ObjectStore;
  let models: ModelStore;
  let client: {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };

  beforeAll(async () => {
    influx = stack.use(await useInfluxDb());
    const scratch = mkdtempSync(join(tmpdir(), 'tidemark-retrain-'));
    stack.defer(() => rmSync(scratch, { recursive: true, force: true }));
    const now = Date.now() / 1000;
    const dataDirectory = join(scratch, 'prometheus');
    await backfill(dataDirectory, [...history('queue_length', now), ...history('requests_per_second', now)]);
    const settings = { dataDirectory, scrapeConfigs: [] };
    const { address: prometheus } = stack.use(await startServer('prometheus', { settings }));
    // A cloud of its own: another test's deployment has rules that fire as well.
    const { address: cloud } = stack.use(await startServer('cloud', { settings: { enforcesPermissions: true } }));
    deployment = await deployLocally(
      { cloud, prometheus, influxdb: influx },
      { progress: silentProgress, configuration: 'test/stack/retrain/config.yaml' },
    );
    client = {
      region: 'us-east-1',
      endpoint: cloud.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    await disableTicks();
    queueUrl = await queueOfEvents();
    api = new SignedApi(cloud.endpoint, deployment.outputs.ApiId ?? '');
    objects = new S3ObjectStore(
      new S3Client({ ...client, forcePathStyle: true }),
      deployment.outputs.BucketName ?? '',
    );
    models = new ModelStore(objects);
  });
  afterAll(() => stack.disposeAsync());

  /** Ticks come from the tests alone. */
  async function disableTicks(): Promise<void> {
    const events = new EventBridgeClient(client);
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    for (const { Name, ScheduleExpression } of Rules)
      if (ScheduleExpression === 'rate(1 minute)') await events.send(new DisableRuleCommand({ Name }));
  }

  async function queueOfEvents(): Promise<string> {
    const queues = new SQSClient(client);
    const { QueueUrl = '' } = await queues.send(new CreateQueueCommand({ QueueName: 'events' }));
    const { Attributes = {} } = await queues.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const events = new EventBridgeClient(client);
    const rule = { EventBusName: 'tidemark', Name: 'all-models' };
    const pattern = { 'detail-type': ['Model Promoted', 'Model Rejected'] };
    await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify(pattern) }));
    const { EventBusName, Name } = rule;
    await events.send(
      new PutTargetsCommand({
        EventBusName,
        Rule: Name,
        Targets: [{ Id: 'queue', Arn: Attributes.QueueArn }],
      }),
    );
    return QueueUrl;
  }

  async function events(): Promise<z.infer<typeof eventSchema>[]> {
    const { Messages = [] } = await new SQSClient(client).send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
    );
    return Messages.map(({ Body = '' }) => eventSchema.parse(JSON.parse(Body)));
  }

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
      .poll(async () => (await read(id)).state, { timeout: RUN_MILLISECONDS, interval: 500 })
      .not.toMatch(/^(waiting|running)$/);
    return read(id);
  }

  const executions = async () => {
    const stateMachineArn = deployment.outputs.RetrainStateMachineArn;
    const { executions: found = [] } = await new SFNClient(client).send(
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

  it(
    'runs to its end on the history of Prometheus: what can be trained is in use, and the rest is told',
    async () => {
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
      const rows = await queryInfluxDb<{ metric: string; _value: string }>(
        influx,
        '|> filter(fn: (r) => r._measurement == "training" and r._field == "status") |> group()',
      );
      expect(new Map(rows.map(({ metric, _value }) => [metric, _value]))).toEqual(
        new Map(metrics.map(({ metric, status }) => [metric, status])),
      );
      const told = await events();
      expect(told.map((event) => event['detail-type'])).toEqual(['Model Promoted', 'Model Promoted']);
      const inUse = new Map(metrics.slice(1).map(({ metric, version }) => [metric, version]));
      expect(new Map(told.map(({ detail }) => [detail.metric, detail.modelVersion]))).toEqual(inUse);
      for (const { detail } of told)
        expect(detail.text).toContain(`${detail.metric}: 2 of 2 series have a new model`);
    },
    RUN_MILLISECONDS + 20_000,
  );

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
    const { Payload, FunctionError } = await new LambdaClient(client).send(
      new InvokeCommand({
        FunctionName: deployment.outputs.CollectAndDetectFunction,
        Payload: JSON.stringify({ shard: 0, time: time.toISOString() }),
      }),
    );
    expect(FunctionError, Buffer.from(Payload!).toString()).toBeUndefined();
    const stored = await objects.get('state/shard-0.cbor');
    const { metrics } = decodeShardState(stored!.bytes);
    for (const metric of ['queue_length', 'requests']) {
      const champion = await championOf(metric);
      const series = [...(metrics.get(metric)?.series.values() ?? [])];
      expect(series.map(({ modelVersion }) => modelVersion)).toEqual([champion?.version, champion?.version]);
    }
    const rows = await queryInfluxDb<Record<string, unknown>>(
      influx,
      `|> filter(fn: (r) => r._measurement == "verdict" and r.metric == "queue_length")
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group()`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { kind, value, lower, upper } of rows) {
      expect(kind).toBe('normal');
      expect(Number(lower)).toBeLessThan(Number(value));
      expect(Number(upper)).toBeGreaterThan(Number(value));
      // The rhythm explains a range of 80; the band is one of the noise alone.
      expect(Number(upper) - Number(lower)).toBeLessThan(30);
    }
  });

  it(
    'started twice at once ends in one champion a metric, of which every part is there',
    async () => {
      const ids = await Promise.all([start({}), start({})]);
      const runs = await Promise.all(ids.map(({ id }) => ended(id)));
      expect(runs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
      const { isRebuilt, champions } = await models.champions();
      expect(isRebuilt).toBe(false);
      for (const metric of ['queue_length', 'requests']) {
        const told = runs.map(({ metrics }) => metrics.find((one) => one.metric === metric)?.version);
        const champion = champions.get(metric);
        expect(told).toContain(champion?.version);
        const versions = [champion!.version, ...champion!.history];
        expect(await models.versions(metric)).toEqual(expect.arrayContaining(versions));
        const loaded = await models.loadChampion(metric, champion!);
        expect(loaded).toMatchObject({ isStale: false, problems: [] });
      }
    },
    RUN_MILLISECONDS + 20_000,
  );

  it(
    'stopped half way leaves what is in use whole, and the next run comes to its end',
    async () => {
      const { id } = await start({});
      await expect
        .poll(async () => (await read(id)).metrics.some(({ status }) => status !== 'waiting'), {
          timeout: 30_000,
          interval: 50,
        })
        .toBe(true);
      const [running] = (await executions()).filter(({ name }) => name === id);
      await new SFNClient(client).send(new StopExecutionCommand({ executionArn: running!.executionArn }));
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
            reason: expect.stringContaining('was faster'),
          });
        else expect(champion?.version).toBe(version);
        expect(await models.loadChampion(metric, champion!)).toMatchObject({ isStale: false, problems: [] });
      }
    },
    RUN_MILLISECONDS + 20_000,
  );

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
});
