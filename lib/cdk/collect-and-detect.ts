import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionEnvironment, TickEvent } from '../config/function-environment.ts';
import type { Configuration } from '../config/schema.ts';
import { acknowledge, objectsBelow } from './acknowledge.ts';
import { NodeFunction } from './node-function.ts';
import { type AlarmedConfiguration, TickAlarms } from './tick-alarms.ts';

/** EventBridge allows at most five targets per rule. */
const TARGETS_PER_RULE = 5;

/**
 * How long before the end of its interval a tick is stopped, so that it does not overlap with the next one.
 */
const RESERVE_SECONDS = { normal: 5, low: 1 } as const;
/** Retries of a failed invocation; with low latency the next one catches up instead. */
const RETRIES = { normal: 2, low: 0 } as const;

export interface CollectAndDetectProps {
  readonly bucket: Bucket;
  readonly environment: FunctionEnvironment;
  readonly configurationFile: string;
  readonly configuration: Pick<Configuration, 'functions'> & AlarmedConfiguration;
  readonly isLocal: boolean;
}

/**
 * The tick: its function, the rules that start it for each shard, its permissions, its dead-letter queue, its
 * alarms.
 */
export class CollectAndDetect extends Construct {
  readonly function: IFunction;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: CollectAndDetectProps) {
    super(scope, id);
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: !props.isLocal,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (props.isLocal)
      acknowledge(this.deadLetterQueue, { SQS4: 'The local cloud serves plain HTTP on the loopback' });
    const { functions, schedule } = props.configuration;
    const { function: handler } = new NodeFunction(this, 'Tick', {
      folder: 'collect-and-detect',
      description: 'Queries due samples, scores them, writes verdicts and sends alerts',
      environment: props.environment,
      configurationFile: props.configurationFile,
      configuration: props.configuration,
      size: {
        memoryMegabytes: functions.collectAndDetect.memoryMegabytes,
        timeoutSeconds: timeoutSeconds(props.configuration),
      },
      retryAttempts: RETRIES[schedule.latency],
      ...(schedule.latency === 'low' ? { maximumEventAgeSeconds: schedule.intervalSeconds } : {}),
      reservedConcurrency: schedule.shards,
      deadLetterQueue: this.deadLetterQueue,
      isLocal: props.isLocal,
    });
    this.function = handler;
    this.grant(handler, props);
    // A whole number of minutes, the finest interval of a rule.
    const intervalMinutes = schedule.intervalSeconds / 60;
    this.schedule(handler, intervalMinutes, schedule.shards);
    this.watch(handler, intervalMinutes);
    new TickAlarms(this, 'Alarms', props.configuration);
  }

  private grant(handler: IFunction, { bucket, environment, configuration }: CollectAndDetectProps): void {
    const allow = (actions: string[], resources: string[]) =>
      handler.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    allow(['s3:GetObject'], [bucket.arnForObjects(environment.TIDEMARK_CONFIGURATION_KEY)]);
    allow(
      ['s3:GetObject', 's3:PutObject'],
      [bucket.arnForObjects('state/*'), bucket.arnForObjects('health/*')],
    );
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [bucket.arnForObjects('spool/*')]);
    allow(['s3:GetObject'], [bucket.arnForObjects('models/*'), bucket.arnForObjects('warm/*')]);
    // A state that can't be read gives way to the version before.
    allow(['s3:GetObjectVersion'], [bucket.arnForObjects('state/*')]);
    allow(['s3:ListBucketVersions'], [bucket.bucketArn]);
    // Without it, S3 answers 403 instead of 404 for an object that is not there yet.
    allow(['s3:ListBucket'], [bucket.bucketArn]);
    acknowledge(this, {
      [objectsBelow(bucket, 'state/')]: 'One object per shard, and copies of unreadable ones',
      [objectsBelow(bucket, 'health/')]: 'One object per shard',
      [objectsBelow(bucket, 'spool/')]: 'One object per tick and shard, named after its content',
      [objectsBelow(bucket, 'models/')]: 'Models are named after their metric and version',
      [objectsBelow(bucket, 'warm/')]: 'Warm states are named after their metric',
    });
    if (configuration.telemetry.tracing)
      acknowledge(this, { 'IAM5[Resource::*]': 'X-Ray has no resource-level permissions' });
  }

  private schedule(handler: IFunction, intervalMinutes: number, shards: number): void {
    for (let first = 0; first < shards; first += TARGETS_PER_RULE) {
      const rule = new Rule(this, `Rule${first / TARGETS_PER_RULE}`, {
        description: `Ticks of the shards from ${first} on`,
        schedule: Schedule.rate(Duration.minutes(intervalMinutes)),
      });
      for (let shard = first; shard < Math.min(shards, first + TARGETS_PER_RULE); shard += 1) {
        const event: TickEvent = { shard, time: EventField.time };
        // The next tick catches up for one that could not be delivered within the minute.
        rule.addTarget(
          new LambdaFunction(handler, {
            event: RuleTargetInput.fromObject(event),
            retryAttempts: 1,
            maxEventAge: Duration.minutes(5),
            deadLetterQueue: this.deadLetterQueue,
          }),
        );
      }
    }
  }

  private watch(handler: IFunction, intervalMinutes: number): void {
    new Alarm(this, 'Failing', {
      alarmDescription:
        'Three ticks of a shard failed in a row: check the log of the collect-and-detect function',
      metric: handler.metricErrors({ period: Duration.minutes(5) }),
      threshold: 3,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new Alarm(this, 'Silent', {
      alarmDescription: 'No tick ran for at least a quarter of an hour: check that the rule is enabled',
      metric: handler.metricInvocations({
        period: Duration.minutes(Math.max(15, 3 * intervalMinutes)),
        statistic: 'Sum',
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    new Alarm(this, 'DeadLettersWaiting', {
      alarmDescription: 'Events that no tick could handle are in the dead-letter queue',
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/**
 * With low latency the whole interval less the reserve; otherwise the configured timeout, if that ends before
 * the next tick.
 */
function timeoutSeconds({ functions, schedule }: Pick<Configuration, 'functions' | 'schedule'>): number {
  const longest = schedule.intervalSeconds - RESERVE_SECONDS[schedule.latency];
  return schedule.latency === 'low' ? longest : Math.min(functions.collectAndDetect.timeoutSeconds, longest);
}
