import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  JitterType,
  JsonPath,
  Pass,
  type RetryProps,
  StateMachineType,
  TaskInput,
  type TaskStateBase,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, type LambdaInvokeProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { FIT_OUTCOMES, type RetrainTask } from '../config/retrain-task.ts';
import type { Configuration } from '../config/schema.ts';

/** Step Functions allows more, but no Prometheus answers more queries over weeks at a time. */
const MAXIMUM_CONCURRENCY = 40;
/** The name of the metrics' executions. */
export const METRICS_MAP = 'Metrics';
/** Enough for a step that reads no history. */
const SHORT_STEP = Duration.minutes(2);
/** The function ends before the state machine's time limit. */
const RESERVE = Duration.seconds(30);

/** Short pauses first, for a throttled call; long ones later, for a restart of Prometheus. */
const retryPolicy: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 3,
  maxAttempts: 4,
  maxDelay: Duration.minutes(2),
  jitterStrategy: JitterType.FULL,
};

type Settings = Pick<Configuration['functions']['retrain'], 'timeoutSeconds' | 'concurrency'>;

/** The payload of a step; texts may be paths into the state. */
type Payload = { readonly [Task in RetrainTask as Task['task']]: Task }[RetrainTask['task']];

/**
 * plan -> for each metric: fit -> promote, or not -> report. When a metric's step fails after all retries,
 * that is recorded and the others continue. All state is in the bucket; the states pass on only the run's id
 * and the metric's name.
 *
 * Each metric is an execution of its own (a distributed map): the history of one execution is limited to
 * 25,000 events, of which a metric takes 14, and 40 with all retries. They return nothing, since all results
 * together are limited to 256 KB.
 */
export function retrainDefinition(scope: Construct, handler: IFunction, settings: Settings): DefinitionBody {
  const step = (
    id: string,
    payload: Payload,
    timeout: Duration,
    paths: Pick<LambdaInvokeProps, 'resultPath' | 'outputPath'>,
  ): TaskStateBase =>
    new LambdaInvoke(scope, id, {
      lambdaFunction: handler,
      payload: TaskInput.fromObject(payload),
      payloadResponseOnly: true,
      // One rule for all errors instead: the local cloud supports no others.
      retryOnServiceExceptions: false,
      taskTimeout: Timeout.duration(timeout),
      ...paths,
    }).addRetry(retryPolicy);
  const plan = step(
    'Plan',
    {
      task: 'plan',
      id: JsonPath.stringAt('$$.Execution.Name'),
      startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
    },
    SHORT_STEP,
    { resultPath: '$' },
  );
  const run = { id: JsonPath.stringAt('$.id'), metric: JsonPath.stringAt('$.metric') };
  const longest = Duration.seconds(settings.timeoutSeconds).plus(RESERVE);
  const fit = step('Fit', { task: 'fit', ...run }, longest, { resultPath: '$.fit' });
  const promote = step('Promote', { task: 'promote', ...run }, SHORT_STEP, { outputPath: JsonPath.DISCARD });
  const note = step(
    'NoteFailure',
    { task: 'fail', ...run, cause: JsonPath.stringAt('$.failure.Cause') },
    SHORT_STEP,
    { outputPath: JsonPath.DISCARD },
  );
  const end = (id: string, comment: string) => new Pass(scope, id, { comment, outputPath: JsonPath.DISCARD });
  note.addCatch(end('NotNoted', 'The report finds no outcome'), { resultPath: JsonPath.DISCARD });
  for (const fallible of [fit, promote]) fallible.addCatch(note, { resultPath: '$.failure' });
  fit.next(
    new Choice(scope, 'IsThereACandidate')
      .when(Condition.stringEquals('$.fit.outcome', FIT_OUTCOMES.candidate), promote)
      .otherwise(end('Rejected', 'The models in use stay')),
  );
  const metrics = new DistributedMap(scope, METRICS_MAP, {
    label: METRICS_MAP,
    mapExecutionType: StateMachineType.STANDARD,
    // When one fails, the others continue, and the report finds no outcome for it.
    toleratedFailurePercentage: 100,
    itemsPath: '$.metrics',
    itemSelector: {
      id: JsonPath.stringAt('$.id'),
      metric: JsonPath.stringAt('$$.Map.Item.Value'),
    },
    maxConcurrency: Math.min(MAXIMUM_CONCURRENCY, settings.concurrency),
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(fit);
  const report = step('Report', { task: 'report', id: JsonPath.stringAt('$.id') }, SHORT_STEP, {
    resultPath: '$',
  });
  return DefinitionBody.fromChainable(plan.next(metrics).next(report));
}
