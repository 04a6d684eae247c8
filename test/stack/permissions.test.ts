import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isoTime } from '../../lib/alerts/alert-text.ts';
import { waiting } from '../../lib/pipeline/outbox.ts';
import { emptyShardState } from '../../lib/pipeline/shard-state.ts';
import { encodeShardState } from '../../lib/pipeline/shard-state-codec.ts';
import { sampleAlert } from '../alerts/sample-alert.ts';
import { deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, useInfluxDb, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { type clientOf, DeployedStack, type Invocation } from './deployed-stack.ts';
import { type Grant, Grants } from './grants.ts';

const ROLE = 'reader';
const PARAMETER = '/tidemark/alertmanager';

const answerSchema = z.looseObject({
  faults: z.array(z.unknown()),
  alertsWaiting: z.int(),
  verdictsWritten: z.int(),
});

/** What is seen of one tick. */
interface SeenTick extends Invocation {
  /** Keys of what it stored about its connections. */
  readonly health: readonly string[];
}

/** Whether the tick could do all that it has to. */
function isSound({ answer, complaints, health }: SeenTick): boolean {
  const { success, data } = answerSchema.safeParse(answer);
  const isDone = success && data.faults.length === 0 && data.alertsWaiting === 0;
  return isDone && complaints.length === 0 && health.length === 1;
}

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

describe.skipIf(await cannotHave('cloud', 'prometheus', 'nodeExporter', 'influxdb', 'alertmanager'))(
  'on a cloud that enforces permissions, the deployed tick',
  () => {
    const resources = new AsyncDisposableStack();
    let stack: DeployedStack;
    let grants: Grants;

    beforeAll(async () => {
      const influxdb = resources.use(await useInfluxDb());
      const [prometheus, alertmanager, server] = await Promise.all([
        useService('prometheus'),
        useService('alertmanager'),
        startServer('cloud', { settings: { enforcesPermissions: true } }),
      ]);
      const { address: cloud } = resources.use(server);
      const deployment = await deployLocally(
        { cloud, prometheus, influxdb },
        {
          progress: silentProgress,
          overrides: {
            TIDEMARK__SCHEDULE__STEP: '10s',
            TIDEMARK__SCHEDULE__EVALUATION_DELAY: '0s',
            TIDEMARK__SOURCE__AUTH__KIND: 'sigv4',
            TIDEMARK__SOURCE__AUTH__ROLE_ARN: `arn:aws:iam::000000000000:role/${ROLE}`,
            TIDEMARK__ALERTS__LOG: 'false',
            TIDEMARK__TELEMETRY__LOG_LEVEL: 'warn', // the last 4 KB of the log come back
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
    });
    afterAll(() => resources.disposeAsync());

    /** A new container's tick of a shard that has an alert to tell, without one permission, and what its log complains of. */
    const firstTick = async (missing: Grant | undefined): Promise<SeenTick> => {
      await grants.deployWithout(missing);
      const state = encodeShardState({ ...emptyShardState(), outbox: waiting([sampleAlert()]) });
      await stack.objects.put('state/shard-0.cbor', state, { kind: 'none' });
      for (const key of await stack.objects.list('health/')) await stack.objects.delete(key);
      const invocation = await stack.invoke({ shard: 0, time: isoTime(Date.now() / 1000) });
      return { ...invocation, health: await stack.objects.list('health/') };
    };

    it('does all that it has to, and needs each of its permissions for it', async () => {
      await expect
        .poll(() => firstTick(undefined), { timeout: 60_000, interval: 2000 })
        .toSatisfy((tick) => isSound(tick) && answerSchema.parse(tick.answer).verdictsWritten > 0);
      const needless: string[] = [];
      for (const grant of grants.list('CollectAndDetect')) {
        const tick = await firstTick(grant);
        if (isSound(tick)) needless.push(`${grant.action} ${grant.resource}`);
      }
      // They are for the platform, which logs, and sends away what failed, with the function's role.
      expect(needless).toEqual([
        expect.stringMatching(/^logs:CreateLogStream /),
        expect.stringMatching(/^logs:PutLogEvents /),
        expect.stringMatching(/^sqs:SendMessage /),
      ]);
    });
  },
);
