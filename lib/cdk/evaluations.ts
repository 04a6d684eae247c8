import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  DefinitionBody,
  Fail,
  JitterType,
  JsonPath,
  LogLevel,
  type RetryProps,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { EvaluateTask } from '../config/evaluate-task.ts';
import type { FunctionEnvironment } from '../config/function-environment.ts';
import type { Configuration } from '../config/schema.ts';
import { acknowledge, functionVersions, objectsBelow } from './acknowledge.ts';
import { NodeFunction, WEB_ASSEMBLY } from './node-function.ts';

/** Retries of an evaluation that failed for a temporary reason. */
const RETRIES = 2;
/** Long enough for Prometheus to restart. */
const retryPolicy: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(5),
  backoffRate: 6,
  jitterStrategy: JitterType.FULL,
};

/** The files of the report's page: its own, and the chart library. */
const REPORT_FILES = [
  ...['page.js', 'theme.css', 'page.css', 'figures.css'].map((file) => `lib/evaluation/report/${file}`),
  ...['uPlot.iife.min.js', 'uPlot.min.css'].map((file) => `node_modules/uplot/dist/${file}`),
];
export interface EvaluationsProps {
  readonly bucket: Bucket;
  readonly environment: FunctionEnvironment;
  readonly configurationFile: string;
  readonly configuration: Pick<Configuration, 'functions' | 'telemetry'>;
  readonly isLocal: boolean;
}

/**
 * Evaluations on demand: the function, and the state machine that retries it and records with the run why it
 * failed in the end. An execution has the name of its run.
 */
export class Evaluations extends Construct {
  readonly function: IFunction;
  readonly stateMachine: StateMachine;
  readonly #bucket: Bucket;

  constructor(scope: Construct, id: string, props: EvaluationsProps) {
    super(scope, id);
    const { configuration, isLocal } = props;
    const { evaluate } = configuration.functions;
    const { function: handler } = new NodeFunction(this, 'Step', {
      folder: 'evaluate',
      description:
        'Injects faults into real history and reports what is found, how soon, at how many false alerts',
      environment: props.environment,
      configurationFile: props.configurationFile,
      configuration,
      size: evaluate,
      beside: [...REPORT_FILES, ...WEB_ASSEMBLY],
      isLocal,
    });
    this.function = handler;
    this.#bucket = props.bucket;
    this.grant(handler, props);
    this.stateMachine = this.machine(handler, props);
    new Alarm(this, 'Failing', {
      alarmDescription:
        'An evaluation failed after all retries: its run and the log of its function show why',
      metric: this.stateMachine.metricFailed({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Allows a function to start evaluations: to store the run, and to start the execution of its name. */
  grantStart(starter: IFunction): void {
    this.stateMachine.grantStartExecution(starter);
    const resources = [this.#bucket.arnForObjects('runs/evaluate/*')];
    const actions = ['s3:GetObject', 's3:PutObject'];
    starter.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    acknowledge(starter.role ?? starter, {
      [objectsBelow(this.#bucket, 'runs/evaluate/')]: 'One object per run',
    });
  }

  private grant(handler: IFunction, { bucket, environment, configuration }: EvaluationsProps): void {
    const allow = (actions: string[], resources: string[]) =>
      handler.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    allow(['s3:GetObject'], [bucket.arnForObjects(environment.TIDEMARK_CONFIGURATION_KEY)]);
    allow(['s3:GetObject'], [bucket.arnForObjects('models/*'), bucket.arnForObjects('feedback/*')]);
    allow(
      ['s3:GetObject', 's3:PutObject'],
      [bucket.arnForObjects('evaluations/*'), bucket.arnForObjects('runs/evaluate/*')],
    );
    // Without it, S3 answers 403 instead of 404 for a missing object.
    allow(['s3:ListBucket'], [bucket.bucketArn]);
    acknowledge(this, {
      [objectsBelow(bucket, 'models/')]: 'Models are named after their metric and version',
      [objectsBelow(bucket, 'feedback/')]: 'One object per metric',
      [objectsBelow(bucket, 'evaluations/')]: 'One folder per run',
      [objectsBelow(bucket, 'runs/evaluate/')]: 'One object per run',
    });
    if (configuration.telemetry.tracing)
      acknowledge(this, { 'IAM5[Resource::*]': 'X-Ray has no resource-level permissions' });
  }

  private machine(handler: IFunction, { configuration, isLocal }: EvaluationsProps): StateMachine {
    const { functions, telemetry } = configuration;
    const { timeoutSeconds } = functions.evaluate;
    const machine = new StateMachine(this, 'Machine', {
      comment: 'Runs one evaluation, or records why it failed',
      definitionBody: this.definition(handler, timeoutSeconds),
      timeout: Duration.seconds(timeoutSeconds * (RETRIES + 2)),
      tracingEnabled: telemetry.tracing && !isLocal,
      logs: {
        destination: new LogGroup(this, 'Log', {
          retention: functions.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    acknowledge(machine, {
      'IAM5[Resource::*]': 'Log delivery and X-Ray have no resource-level permissions',
      [functionVersions(handler)]: 'A state machine calls the deployed version of its function',
    });
    if (!telemetry.tracing || isLocal)
      acknowledge(machine, { SF2: 'Traces are written when the configuration enables them' });
    return machine;
  }

  /** evaluate -> done, or after the last retry -> record why -> failed. */
  private definition(handler: IFunction, timeoutSeconds: number): DefinitionBody {
    const id = JsonPath.stringAt('$$.Execution.Name');
    const step = (name: string, task: EvaluateTask, timeout: Duration) =>
      new LambdaInvoke(this, name, {
        lambdaFunction: handler,
        payload: TaskInput.fromObject(task),
        payloadResponseOnly: true,
        // One rule for all errors instead: the local cloud supports no others.
        retryOnServiceExceptions: false,
        taskTimeout: Timeout.duration(timeout),
      }).addRetry({ ...retryPolicy, maxAttempts: RETRIES });
    const cause = JsonPath.stringAt('$.Cause');
    // The function ends before the state machine's time limit.
    const evaluate = step('Evaluate', { task: 'evaluate', id }, Duration.seconds(timeoutSeconds + 30));
    const note = step('NoteFailure', { task: 'fail', id, cause }, Duration.minutes(2));
    evaluate.addCatch(note);
    note.next(new Fail(this, 'Failed', { error: 'EvaluationFailed', comment: 'The run records why' }));
    return DefinitionBody.fromChainable(evaluate);
  }
}
