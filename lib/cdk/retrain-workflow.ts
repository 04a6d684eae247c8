import { Arn, ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { RetrainEnvironment } from '../config/function-environment.ts';
import type { Configuration } from '../config/schema.ts';
import { acknowledge, functionVersions, objectsBelow, permissionOn } from './acknowledge.ts';
import { NodeFunction, WEB_ASSEMBLY } from './node-function.ts';
import type { MeasuredInstallation } from './own-metric.ts';
import { watchRetraining } from './retrain-alarms.ts';
import { METRICS_MAP, retrainDefinition } from './retrain-definition.ts';
import { RetrainSchedule } from './retrain-schedule.ts';

/** Longer than any night: a hanging run is stopped before the next one starts. */
const LONGEST_RUN = Duration.hours(20);

export interface RetrainWorkflowProps {
  readonly bucket: Bucket;
  readonly environment: RetrainEnvironment;
  readonly configurationFile: string;
  readonly configuration: MeasuredInstallation & Pick<Configuration, 'functions' | 'model'>;
  readonly isLocal: boolean;
}

/** The retraining: its function, its state machine, the schedule, its permissions, its alarms. */
export class RetrainWorkflow extends Construct {
  readonly function: IFunction;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: RetrainWorkflowProps) {
    super(scope, id);
    const { configuration, isLocal } = props;
    const { retrain } = configuration.functions;
    const { function: handler } = new NodeFunction(this, 'Step', {
      folder: 'retrain',
      description: 'Runs one step of a retraining: plan, fit, promote, fail, report',
      environment: props.environment,
      configurationFile: props.configurationFile,
      configuration,
      size: retrain,
      beside: WEB_ASSEMBLY,
      isLocal,
    });
    this.function = handler;
    this.grant(handler, props);
    this.stateMachine = this.machine(handler, props);
    new RetrainSchedule(this, 'Nightly', {
      stateMachine: this.stateMachine,
      at: configuration.model.retrain.at,
      timezone: configuration.model.retrain.timezone,
      isLocal,
    });
    watchRetraining(this, this.stateMachine, configuration);
    new CfnOutput(this, 'Arn', { value: this.stateMachine.stateMachineArn }).overrideLogicalId(
      'RetrainStateMachineArn',
    );
  }

  /** Allows a function to start runs and to read their state. */
  grantStart(starter: IFunction): void {
    this.stateMachine.grantStartExecution(starter);
    const executions = Arn.format(
      {
        service: 'states',
        resource: 'execution',
        resourceName: `${this.stateMachine.stateMachineName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      },
      Stack.of(this),
    );
    starter.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['states:DescribeExecution'],
        resources: [executions],
      }),
    );
    acknowledge(starter.role ?? starter, {
      [permissionOn(Stack.of(this), executions)]: 'Executions are named after their runs',
    });
  }

  private machine(handler: IFunction, { configuration, isLocal }: RetrainWorkflowProps): StateMachine {
    const { retrain, logRetentionDays } = configuration.functions;
    const machine = new StateMachine(this, 'Machine', {
      comment: 'plan, then for each metric fit and promote or reject, then report',
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: retrainDefinition(this, handler, retrain),
      timeout: LONGEST_RUN,
      tracingEnabled: configuration.telemetry.tracing && !isLocal,
      logs: {
        destination: new LogGroup(this, 'Log', {
          retention: logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    acknowledge(machine, {
      'IAM5[Resource::*]': 'Log delivery and X-Ray have no resource-level permissions',
      [functionVersions(handler)]: 'A state machine calls the deployed version of its function',
      ...Object.fromEntries(
        childExecutions(machine).map((rule) => [
          rule,
          'Each metric of a run is an execution below the machine',
        ]),
      ),
    });
    if (!configuration.telemetry.tracing || isLocal)
      acknowledge(machine, { SF2: 'Traces are written when the configuration enables them' });
    return machine;
  }

  private grant(handler: IFunction, { bucket, environment, configuration }: RetrainWorkflowProps): void {
    const allow = (actions: string[], resources: string[]) =>
      handler.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    allow(['s3:GetObject'], [bucket.arnForObjects(environment.TIDEMARK_CONFIGURATION_KEY)]);
    const keeping = ['models/', 'history/'];
    for (const prefix of keeping)
      allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [bucket.arnForObjects(`${prefix}*`)]);
    allow(['s3:PutObject'], [bucket.arnForObjects('warm/*')]);
    allow(['s3:GetObject'], [bucket.arnForObjects('feedback/*')]);
    allow(['s3:GetObject', 's3:PutObject'], [bucket.arnForObjects('runs/retrain/*')]);
    // Without it, S3 answers 403 instead of 404 for a missing object.
    allow(['s3:ListBucket'], [bucket.bucketArn]);
    acknowledge(this, {
      [objectsBelow(bucket, 'models/')]: 'Models are named after their metric and version',
      [objectsBelow(bucket, 'history/')]: 'Days of history are named after their metric and date',
      [objectsBelow(bucket, 'warm/')]: 'Warm states are named after their metric',
      [objectsBelow(bucket, 'feedback/')]: 'Feedback on alerts is named after the metric',
      [objectsBelow(bucket, 'runs/retrain/')]: 'The state of a run is named after the run and its metrics',
    });
    if (configuration.telemetry.tracing)
      acknowledge(this, { 'IAM5[Resource::*]': 'X-Ray has no resource-level permissions' });
  }
}

/**
 * The checker's names for the permissions of a machine with a distributed map: to read, stop and resume its
 * child executions.
 */
function childExecutions(machine: StateMachine): string[] {
  const { resourceName = '' } = Arn.split(machine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
  return ['', `/${METRICS_MAP}`].map((label) => {
    const executions = Stack.of(machine).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${resourceName}${label}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return permissionOn(Stack.of(machine), executions);
  });
}
