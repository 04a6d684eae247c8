import { Capture, Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { functionEnvironment, tickEvent } from '../../lib/config/function-environment.ts';
import { type Synthesized, synthesize } from './synthesized.ts';

const STAYING = {
  TIDEMARK__SCHEDULE__LATENCY: 'low',
  TIDEMARK__SCHEDULE__STEP: '5s',
  TIDEMARK__SCHEDULE__SHARDS: '2',
};
const RESIZED = {
  TIDEMARK__SCHEDULE__INTERVAL: '5m',
  TIDEMARK__FUNCTIONS__ARCHITECTURE: 'x86_64',
  TIDEMARK__FUNCTIONS__LOG_RETENTION_DAYS: '90',
  TIDEMARK__FUNCTIONS__COLLECT_AND_DETECT__MEMORY_MEGABYTES: '2048',
  TIDEMARK__FUNCTIONS__COLLECT_AND_DETECT__TIMEOUT: '2m',
  TIDEMARK__TELEMETRY__TRACING: 'true',
  TIDEMARK__TELEMETRY__DEBUG_SAMPLE_RATE: '0.1',
};

interface Target {
  readonly Arn: unknown;
  readonly DeadLetterConfig: unknown;
  readonly InputTransformer: { readonly InputPathsMap: unknown; readonly InputTemplate: string };
  readonly RetryPolicy: unknown;
}
interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}
interface Resource<Properties> {
  readonly DeletionPolicy?: string;
  readonly Properties: Properties;
}

function resourcesOf<Properties>({ template }: Synthesized, type: string): Resource<Properties>[] {
  return Object.values(template.findResources(type)).map((found) => found as Resource<Properties>);
}

/** What the policies of a construct say; of all of them when none is named. */
const statementsOf = ({ template }: Synthesized, construct = '') =>
  Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(construct))
    .flatMap(
      ([, { Properties }]) =>
        (Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement,
    );

/** The function of the tick. */
const functionOf = (synthesized: Synthesized) => {
  const [found, ...others] = Object.entries(synthesized.template.findResources('AWS::Lambda::Function'))
    .filter(([id]) => id.startsWith('CollectAndDetect'))
    .map(([, resource]) => resource as Resource<Record<string, unknown>>);
  expect(others).toEqual([]);
  return found!.Properties;
};

const rulesOf = (synthesized: Synthesized) =>
  resourcesOf<{ ScheduleExpression?: string; State: string; Targets: Target[] }>(
    synthesized,
    'AWS::Events::Rule',
  )
    .map(({ Properties }) => Properties)
    .filter(({ ScheduleExpression }) => ScheduleExpression !== undefined);

/** Synthesis runs the rules of AwsSolutions, and throws what they find. */
let deployed: Synthesized;
let local: Synthesized;
let sharded: Synthesized;
/** With every key about functions that differs from its default. */
let resized: Synthesized;
let staying: Synthesized;
beforeAll(() => {
  deployed = synthesize();
  local = synthesize({ isLocal: true });
  sharded = synthesize({
    overrides: { TIDEMARK__SCHEDULE__SHARDS: '7', TIDEMARK__SCHEDULE__INTERVAL: '5m' },
  });
  staying = synthesize({ overrides: STAYING });
  resized = synthesize({ overrides: RESIZED });
});

describe('the rule of the tick', () => {
  it('fires every minute, as the configuration says', () => {
    expect(rulesOf(deployed)).toMatchObject([{ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' }]);
    expect(rulesOf(sharded)[0]).toMatchObject({ ScheduleExpression: 'rate(5 minutes)' });
  });

  it('has a target a shard, five a rule at most', () => {
    expect(rulesOf(deployed).map(({ Targets }) => Targets.length)).toEqual([1]);
    expect(rulesOf(sharded).map(({ Targets }) => Targets.length)).toEqual([5, 2]);
  });

  it('sends the shard and its own time, in the form that the function reads', () => {
    const targets = rulesOf(sharded).flatMap(({ Targets }) => Targets);
    const shards = targets.map(({ InputTransformer: { InputPathsMap, InputTemplate } }) => {
      expect(InputPathsMap).toEqual({ time: '$.time' });
      // EventBridge puts the time in as a JSON text.
      const event = JSON.parse(InputTemplate.replace('<time>', '"2026-11-23T22:00:00Z"'));
      return tickEvent.parse(event).shard;
    });
    expect(shards).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('may call the function, each rule for itself', () => {
    const sources = resourcesOf<{ Principal: string; SourceArn: unknown }>(sharded, 'AWS::Lambda::Permission')
      .filter(({ Properties }) => Properties.Principal === 'events.amazonaws.com')
      .map(({ Properties }) => JSON.stringify(Properties.SourceArn));
    expect(new Set(sources).size).toBe(2);
  });
});

describe('the function of the tick', () => {
  it('runs once a shard at most', () => {
    expect(functionOf(deployed)).toMatchObject({ ReservedConcurrentExecutions: 1 });
    expect(functionOf(sharded)).toMatchObject({ ReservedConcurrentExecutions: 7 });
  });

  it('ends before the next tick begins', () => {
    expect(functionOf(deployed).Timeout).toBeLessThan(60);
    expect(functionOf(sharded).Timeout).toBeLessThan(300);
    expect(functionOf(staying).Timeout).toBeLessThan(60);
  });

  it('that stays for its interval has all of it but for the hand-over, whatever its timeout says', () => {
    expect(functionOf(staying)).toMatchObject({ Timeout: 59, ReservedConcurrentExecutions: 2 });
  });

  it('that stays is not repeated, since the next one catches up and finds the shard free', () => {
    const asyncSettingsOf = (synthesized: Synthesized) =>
      resourcesOf<unknown>(synthesized, 'AWS::Lambda::EventInvokeConfig').map(({ Properties }) => Properties);
    expect(asyncSettingsOf(staying)).toMatchObject([
      { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    ]);
    expect(asyncSettingsOf(deployed)).toMatchObject([
      { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
    ]);
  });

  it('has exactly the variables that the handler reads', () => {
    const { Variables } = functionOf(deployed).Environment as { Variables: Record<string, unknown> };
    const { NODE_OPTIONS, ...read } = Variables;
    expect(NODE_OPTIONS).toMatch(/^--enable-source-maps --max-semi-space-size=8 --max-old-space-size=\d+$/);
    expect(Object.keys(read).toSorted()).toEqual(Object.keys(functionEnvironment.shape).toSorted());
    expect(read).toMatchObject({ TIDEMARK_BUCKET: { Ref: expect.stringMatching(/^StorageBucket/) } });
  });

  it('has the size that the configuration gives it', () => {
    expect(functionOf(deployed)).toMatchObject({ MemorySize: 512, Timeout: 55 });
    expect(functionOf(resized)).toMatchObject({ MemorySize: 2048, Timeout: 120 });
  });

  it('runs on arm64 unless the configuration says otherwise, and on the local cloud always on x86_64', () => {
    expect(functionOf(deployed)).toMatchObject({ Architectures: ['arm64'] });
    expect(functionOf(resized)).toMatchObject({ Architectures: ['x86_64'] });
    expect(functionOf(local)).toMatchObject({ Architectures: ['x86_64'] });
  });

  it('is traced when the configuration asks for it, and never on the local cloud', () => {
    expect(functionOf(deployed)).not.toHaveProperty('TracingConfig');
    expect(functionOf(resized)).toMatchObject({ TracingConfig: { Mode: 'Active' } });
    const tracedLocally = synthesize({ isLocal: true, overrides: { TIDEMARK__TELEMETRY__TRACING: 'true' } });
    expect(functionOf(tracedLocally)).not.toHaveProperty('TracingConfig');
  });

  it('logs the share of invocations at debug level that the configuration names', () => {
    const rateOf = (synthesized: Synthesized) =>
      (functionOf(synthesized).Environment as { Variables: Record<string, unknown> }).Variables
        .POWERTOOLS_LOGGER_SAMPLE_RATE;
    expect(rateOf(deployed)).toBe('0');
    expect(rateOf(resized)).toBe('0.1');
  });

  it('keeps its log for a month unless the configuration says otherwise, and no log group lasts for ever', () => {
    const retentionOf = (synthesized: Synthesized) =>
      resourcesOf<{ RetentionInDays?: number }>(synthesized, 'AWS::Logs::LogGroup').map(
        ({ Properties }) => Properties.RetentionInDays,
      );
    expect(new Set(retentionOf(deployed))).toEqual(new Set([30]));
    expect(new Set(retentionOf(resized))).toEqual(new Set([90]));
    expect(functionOf(deployed)).toMatchObject({
      LoggingConfig: { LogGroup: { Ref: expect.stringMatching(/Logs/) } },
    });
  });
});

describe('the dead-letter queue', () => {
  it('takes what the rule could not deliver and what the function failed at', () => {
    for (const synthesized of [deployed, sharded]) {
      const queue = new Capture();
      synthesized.template.hasResourceProperties('AWS::Lambda::Function', {
        DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': [queue, 'Arn'] } },
      });
      const arn = { Arn: { 'Fn::GetAtt': [queue.asString(), 'Arn'] } };
      for (const { Targets } of rulesOf(synthesized))
        for (const { DeadLetterConfig } of Targets) expect(DeadLetterConfig).toEqual(arn);
      expect(Object.keys(synthesized.template.findResources('AWS::SQS::Queue'))).toContain(queue.asString());
    }
  });

  it('may be written to by each rule', () => {
    const policies = resourcesOf<{ PolicyDocument: { Statement: { Effect: string; Condition: unknown }[] } }>(
      sharded,
      'AWS::SQS::QueuePolicy',
    );
    const allowed = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(
        ({ Effect, Condition }) =>
          Effect === 'Allow' && /CollectAndDetectRule/.test(JSON.stringify(Condition)),
      );
    expect(new Set(allowed.map(({ Condition }) => JSON.stringify(Condition))).size).toBe(2);
  });

  it('raises an alarm when something waits in it', () => {
    deployed.template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
    });
  });
});

describe('the permissions', () => {
  it('allow no action by a wildcard', () => {
    for (const synthesized of [deployed, local, sharded, resized]) {
      const actions = statementsOf(synthesized)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action }) => Action);
      expect(actions.length).toBeGreaterThan(5);
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    }
  });

  it('allow nothing on every resource but traces and the delivery of logs, which have none', () => {
    const everywhere = (synthesized: Synthesized) =>
      new Set(
        statementsOf(synthesized)
          .filter(({ Resource }) => Resource === '*')
          .flatMap(({ Action }) => Action)
          .filter((action) => !/^logs:.*(Delivery|Deliveries|LogGroups|ResourcePolic(y|ies))$/.test(action)),
      );
    expect(everywhere(resized)).toEqual(
      new Set([
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
        'xray:PutTelemetryRecords',
        'xray:PutTraceSegments',
      ]),
    );
    expect(everywhere(deployed)).toEqual(new Set());
    expect(everywhere(local)).toEqual(new Set());
    for (const construct of ['CollectAndDetect', 'RetrainStep', 'Api'])
      expect(statementsOf(deployed, construct).filter(({ Resource }) => Resource === '*')).toEqual([]);
  });

  it('let the tick write states and spooled results and nothing else into the bucket, and remove only the latter', () => {
    const writing = statementsOf(deployed, 'CollectAndDetect').filter(({ Action }) =>
      [Action].flat().includes('s3:PutObject'),
    );
    expect(writing).toHaveLength(2);
    const [states, spool] = writing.map(({ Resource }) => JSON.stringify(Resource));
    expect(states).toContain('"/state/*"');
    expect(spool).toContain('"/spool/*"');
    const removing = writing.filter(({ Action }) => [Action].flat().includes('s3:DeleteObject'));
    expect(removing.map(({ Resource }) => JSON.stringify(Resource))).toEqual([spool]);
  });

  it('let the function read the one secret that the configuration names', () => {
    const reading = statementsOf(deployed, 'CollectAndDetect').filter(
      ({ Action }) => Action === 'secretsmanager:GetSecretValue',
    );
    expect(reading).toHaveLength(1);
    expect(JSON.stringify(reading[0]?.Resource)).toContain(':secret:tidemark/influxdb-??????');
  });
});

describe('the bucket', () => {
  it('outlives the stack, keeps old states, and speaks TLS alone', () => {
    const [bucket] = resourcesOf<Record<string, unknown>>(deployed, 'AWS::S3::Bucket');
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { VersioningConfiguration: { Status: 'Enabled' } },
    });
    deployed.template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('keeps the versions of a state for two days, since every tick makes one', () => {
    const [bucket] = resourcesOf<{ LifecycleConfiguration: { Rules: Record<string, unknown>[] } }>(
      deployed,
      'AWS::S3::Bucket',
    );
    const rules = bucket!.Properties.LifecycleConfiguration.Rules;
    expect(rules.find(({ Prefix }) => Prefix === 'state/')).toMatchObject({
      NoncurrentVersionExpiration: { NoncurrentDays: 2, NewerNoncurrentVersions: 10 },
    });
  });

  it('lets go of runs, evaluations and old history, but never of a model for its age', () => {
    const [bucket] = resourcesOf<{ LifecycleConfiguration: { Rules: Record<string, unknown>[] } }>(
      deployed,
      'AWS::S3::Bucket',
    );
    const rules = bucket!.Properties.LifecycleConfiguration.Rules;
    const expiring = rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    expect(expiring.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([
      ['runs/', 100],
      ['evaluations/', 90],
      ['warm/', 30],
      // The longest that results may wait for their store, and a day.
      ['spool/', 31],
      // Two weeks of history, and a month.
      ['history/', 45],
    ]);
    const removed = rules.find(({ Prefix }) => Prefix === 'models/');
    expect(removed).toMatchObject({
      ExpiredObjectDeleteMarker: true,
      NoncurrentVersionExpiration: { NoncurrentDays: 14 },
    });
  });

  it('is open to nobody', () => {
    for (const { Properties } of resourcesOf<Record<string, unknown>>(deployed, 'AWS::S3::Bucket'))
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
  });
});

describe('the findings of AwsSolutions that are accepted', () => {
  it('each have a reason of their own', () => {
    for (const { acknowledged } of [deployed, local]) {
      expect(acknowledged.length).toBeGreaterThan(0);
      for (const { path, id, reason } of acknowledged)
        expect(reason.split(' ').length, `${path} ${id}: "${reason}"`).toBeGreaterThan(3);
    }
  });

  it('are about named rules, never about all of a kind', () => {
    for (const { id } of [...deployed.acknowledged, ...local.acknowledged])
      expect(id).toMatch(/^AwsSolutions::AwsSolutions-(?!IAM5$)[A-Z]+\d+/);
  });
});
