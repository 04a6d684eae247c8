import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isoTime } from '../../lib/alerts/alert-text.ts';
import {
  endRun,
  evaluationDocument,
  storeResult,
} from '../../lib/pipeline/evaluation/evaluation-documents.ts';
import { evaluationRequestSchema, resolveRequest } from '../../lib/pipeline/evaluation/evaluation-request.ts';
import { RunStore } from '../../lib/pipeline/runs/run-store.ts';
import { pending } from '../../lib/pipeline/watch/pending-alert.ts';
import { emptyShardState } from '../../lib/pipeline/watch/shard-state.ts';
import { encodeShardState } from '../../lib/pipeline/watch/shard-state-codec.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { sampleAlert } from '../alerts/sample-alert.ts';
import { alertRecord } from '../contract/verdict-records.ts';
import { backfill } from '../services/backfill.ts';
import { deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { type clientOf, DeployedStack, type Invocation } from './deployed-stack.ts';
import { Grants } from './grants.ts';
import { dailyHistory } from './retrain/history.ts';
import { SignedApi } from './retrain/signed-api.ts';

const ROLE = 'reader';
const PARAMETER = '/tidemark/alertmanager';
const METRIC = 'requests';
const EVALUATION = 'evaluated-before';
const ALERT = 'abcdef0123456789';
const NOW_SECONDS = Math.floor(Date.now() / 1000);

/** They are for the platform, which logs, and sends away what failed, with the function's role. */
const ofThePlatform = [
  expect.stringMatching(/^logs:CreateLogStream /),
  expect.stringMatching(/^logs:PutLogEvents /),
];

const tickAnswer = z.looseObject({
  faults: z.array(z.unknown()).length(0),
  alertsWaiting: z.literal(0),
  verdictsWritten: z.int().positive(),
});

const promotion = z.object({ status: z.literal('promoted') });

/** The role of another team that may query Prometheus: the function's role may assume it, as any of the account. */
const reader = JSON.stringify({
  Resources: {
    Reader: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: ROLE,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::000000000000:root' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
      },
    },
  },
});

async function createReader(client: ReturnType<typeof clientOf>): Promise<void> {
  const cloudFormation = new CloudFormationClient(client);
  await cloudFormation.send(
    new CreateStackCommand({ StackName: ROLE, TemplateBody: reader, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60 }, { StackName: ROLE });
}

describe.skipIf(await cannotHave('cloud', 'prometheus', 'influxdb', 'alertmanager'))(
  'on a cloud that enforces permissions',
  () => {
    const resources = new AsyncDisposableStack();
    let influxdb: UsedInfluxDb;
    let stack: DeployedStack;
    let grants: Grants;
    let api: SignedApi;
    let retrainFunction: string;

    beforeAll(async () => {
      influxdb = resources.use(await useInfluxDb());
      const dataDirectory = await mkdtemp(join(tmpdir(), 'tidemark-permissions-'));
      resources.defer(() => rm(dataDirectory, { recursive: true, force: true }));
      await backfill(dataDirectory, dailyHistory('requests_per_second', Date.now() / 1000));
      const [prometheus, alertmanager, server] = await Promise.all([
        startServer('prometheus', { settings: { dataDirectory, scrapeConfigs: [] } }),
        useService('alertmanager'),
        startServer('cloud', { settings: { enforcesPermissions: true } }),
      ]);
      resources.use(prometheus);
      const { address: cloud } = resources.use(server);
      const deployment = await deployLocally(
        { cloud, prometheus: prometheus.address, influxdb },
        {
          progress: silentProgress,
          configuration: 'test/stack/retrain/config.yaml',
          overrides: {
            TIDEMARK__METRICS__0__ENABLED: 'false',
            TIDEMARK__METRICS__2__ENABLED: 'false',
            TIDEMARK__SOURCE__AUTH__KIND: 'sigv4',
            TIDEMARK__SOURCE__AUTH__ROLE_ARN: `arn:aws:iam::000000000000:role/${ROLE}`,
            TIDEMARK__EVALUATION__AFTER_RETRAIN: '{ enabled: true, series: 1, injections: 1 }',
            TIDEMARK__ALERTS__LOG: 'false',
            TIDEMARK__ALERTS__ALERTMANAGER__URL: alertmanager.url,
            TIDEMARK__ALERTS__ALERTMANAGER__AUTH__KIND: 'bearer',
            TIDEMARK__ALERTS__ALERTMANAGER__AUTH__TOKEN__SSM: PARAMETER,
          },
        },
      );
      stack = new DeployedStack(deployment, cloud, influxdb);
      await stack.disableRules();
      await createReader(stack.client);
      await new SSMClient(stack.client).send(
        new PutParameterCommand({ Name: PARAMETER, Type: 'SecureString', Value: 'a token' }),
      );
      grants = await Grants.of(deployment.stackName, stack.client);
      api = new SignedApi(cloud.endpoint, stack.output('ApiId'));
      const { StackResources = [] } = await new CloudFormationClient(stack.client).send(
        new DescribeStackResourcesCommand({ StackName: deployment.stackName }),
      );
      retrainFunction =
        StackResources.find(({ LogicalResourceId = '' }) =>
          LogicalResourceId.startsWith('RetrainStepFunction'),
        )?.PhysicalResourceId ?? '';
    });
    afterAll(() => resources.disposeAsync());

    const forgetAll = async (...prefixes: readonly string[]) => {
      for (const prefix of prefixes)
        for (const key of await stack.objects.list(prefix)) await stack.objects.delete(key);
    };

    /** The first tick of a shard that has an alert to send: whether it could do all that it has to. */
    const ticks = async () => {
      await forgetAll('health/');
      const state = encodeShardState({ ...emptyShardState(), outbox: pending([sampleAlert()]) });
      await stack.objects.put('state/shard-0.cbor', state, { kind: 'none' });
      const { answer, complaints } = await stack.invoke({ shard: 0, time: isoTime(Date.now() / 1000) });
      const health = await stack.objects.list('health/');
      return tickAnswer.safeParse(answer).success && complaints.length === 0 && health.length === 1;
    };

    /** The first training of a metric, step by step: whether its model is in use, and nothing was complained of. */
    const trains = async () => {
      await forgetAll('models/', 'history/', 'warm/', 'runs/');
      const id = randomUUID();
      const startedAt = isoTime(Date.now() / 1000);
      const steps: Invocation[] = [];
      for (const event of [
        { task: 'plan', id, startedAt },
        { task: 'fit', id, metric: METRIC },
        { task: 'promote', id, metric: METRIC },
        { task: 'report', id },
        // As after an answer that was lost.
        { task: 'report', id },
      ]) {
        steps.push(await stack.invoke(event, retrainFunction));
      }
      const runs = await Promise.all(
        (await stack.objects.list('runs/')).map((key) => stack.objects.get(key)),
      );
      const isWarned = runs.some((run) =>
        /"warnings": \[\s*"/.test(Buffer.from(run?.bytes ?? []).toString()),
      );
      const isPromoted = promotion.safeParse(steps[2]?.answer).success;
      return isPromoted && !isWarned && steps.every((step) => !step.isError && step.complaints.length === 0);
    };

    /** A training that is ordered and looked at, and the models that there are. */
    const answers = async () => {
      const ordered = await api.ask('POST', '/retrain', { body: { metrics: [METRIC] } });
      const { id = '' } = z.object({ id: z.string() }).partial().parse(ordered.body);
      const [run, model] = [
        await api.ask('GET', `/retrain/${id}`),
        await api.ask('GET', `/models/${METRIC}`),
      ];
      const isAnswered = ordered.status === 202 && run.status === 200 && model.status === 200;
      return isAnswered && (await listsEvaluations());
    };

    /** An evaluation that is ordered, one that has come to its end, and what is said of an alert. */
    const listsEvaluations = async () => {
      await forgetAll('feedback/');
      const body = { metric: METRIC, injections: 0, maximumSeries: 1 };
      const ordered = await api.ask('POST', '/evaluate', { body });
      const found = await api.ask('GET', `/evaluations/${EVALUATION}`);
      const link = z.object({ report: z.object({ url: z.string() }) }).safeParse(found.body);
      const judged = await api.ask('POST', `/alerts/${ALERT}/feedback`, { body: { judgement: 'confirmed' } });
      return ordered.status === 202 && link.success && judged.status === 200;
    };

    /** An evaluation that has succeeded, and an alert that was sent. */
    const remember = async (influxdb: UsedInfluxDb) => {
      const runs = new RunStore(stack.objects);
      const order = resolveRequest(evaluationRequestSchema.parse({ metric: METRIC }), NOW_SECONDS);
      const run = { id: EVALUATION, asked: '', order, startedAtSeconds: NOW_SECONDS } as const;
      await runs.keepFirst(evaluationDocument, EVALUATION, { ...run, state: 'running' });
      await storeResult(runs, EVALUATION, { metric: METRIC, headline: 'Yes.' }, '<!doctype html>');
      await endRun(runs, EVALUATION, { state: 'succeeded', endedAtSeconds: NOW_SECONDS });
      const { url, org: organization, bucket, token } = influxdb;
      const retries = { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 };
      const limits = { batchLines: 1, timeoutMilliseconds: 10_000, retries };
      await using store = new InfluxDbResultStore({ url, organization, bucket, token, ...limits });
      const at = { onsetSeconds: NOW_SECONDS, timeSeconds: NOW_SECONDS };
      await store.write([alertRecord({}, { ...at, id: ALERT, incidentId: ALERT })]);
    };

    it('a training does all that it has to, and needs each of its permissions for it', async () => {
      await grants.deployWithout(undefined);
      expect(await trains()).toBe(true);
      const unneeded = await grants.unneeded('RetrainStep', trains);
      // Old versions are removed after weeks.
      const ofLater = ['history', 'models'].map((prefix) =>
        expect.stringMatching(new RegExp(`^s3:DeleteObject .*/${prefix}/\\*$`)),
      );
      expect(unneeded).toEqual([...ofThePlatform, ...ofLater]);
      // What follows has a model.
      await grants.deployWithout(undefined);
      expect(await trains()).toBe(true);
    });

    it('the tick does all that it has to, and needs each of its permissions for it', async () => {
      await grants.deployWithout(undefined);
      expect(await ticks()).toBe(true);
      const unneeded = await grants.unneeded('CollectAndDetect', ticks);
      // Nothing was down, and the state could be read.
      const ofTroubles = [
        /^s3:(Get|Put|Delete)Object .*\/spool\/\*$/,
        /^s3:GetObjectVersion .*\/state\/\*$/,
        /^s3:ListBucketVersions /,
      ];
      const always = unneeded.filter((grant) => !ofTroubles.some((pattern) => pattern.test(grant)));
      expect(always).toEqual([...ofThePlatform, expect.stringMatching(/^sqs:SendMessage /)]);
      expect(unneeded).toHaveLength(always.length + 5);
    });

    it('the API does all that it has to, and needs each of its permissions for it', async () => {
      await remember(influxdb);
      await grants.deployWithout(undefined);
      expect(await answers()).toBe(true);
      const unneeded = await grants.unneeded('ApiHandler', answers);
      // Only a rollback writes it.
      const ofRollback = expect.stringMatching(/^s3:PutObject .*\/models\/champions\.json$/);
      expect(unneeded).toEqual([...ofThePlatform, ofRollback]);
    });

    it('an evaluation comes to its end', async () => {
      await grants.deployWithout(undefined);
      const ordered = await api.ask('POST', '/evaluate', { body: { metric: METRIC, injections: 5 } });
      const { id } = z.object({ id: z.string() }).parse(ordered.body);
      const found = async () => (await api.ask('GET', `/evaluations/${id}`)).body;
      await expect.poll(found, { interval: 1000 }).not.toMatchObject({ state: 'running' });
      expect(await found()).toMatchObject({ state: 'succeeded', reason: null, warnings: [] });
    });
  },
);
