import aslValidator from 'asl-validator';
import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { retrainTask } from '../../lib/config/retrain-task.ts';
import { definitionOf, type Synthesized, synthesize } from './synthesized.ts';

interface State {
  readonly Type: string;
  readonly Parameters?: Readonly<Record<string, string>>;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly object[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly MaxConcurrency?: number;
  readonly OutputPath?: string | null;
  readonly Next?: string;
  readonly End?: boolean;
  readonly ToleratedFailurePercentage?: number;
  readonly ItemProcessor?: Machine & { readonly ProcessorConfig?: object };
}
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const machineOf = (synthesized: Synthesized) => definitionOf<Machine>(synthesized, 'Retrain');

let deployed: Synthesized;
let definition: Machine;
let tuned: Synthesized;
beforeAll(() => {
  deployed = synthesize();
  definition = machineOf(deployed);
  tuned = synthesize({
    overrides: {
      TIDEMARK__FUNCTIONS__RETRAIN__CONCURRENCY: '100',
      TIDEMARK__FUNCTIONS__RETRAIN__TIMEOUT: '5m',
      TIDEMARK__MODEL__RETRAIN__AT: '15 1 1 * mon',
      TIDEMARK__MODEL__RETRAIN__TIMEZONE: 'Europe/Berlin',
      TIDEMARK__TELEMETRY__METRICS_NAMESPACE: 'Team/Tides',
    },
  });
});

const metricsOf = (machine: Machine) => machine.States.Metrics!;
const stepsOf = (machine: Machine) =>
  Object.entries({ ...machine.States, ...metricsOf(machine).ItemProcessor!.States }).filter(
    ([, { Type }]) => Type === 'Task',
  );

describe('the state machine of the retraining', () => {
  it('is well-formed in the language of Step Functions', () => {
    for (const one of [deployed, tuned]) {
      const { isValid, errorsText } = aslValidator(machineOf(one), { checkPaths: true });
      expect(errorsText()).toBe('');
      expect(isValid).toBe(true);
    }
  });

  it('plans, then fits and promotes each metric, then reports', () => {
    expect(definition.StartAt).toBe('Plan');
    expect(definition.States).toMatchObject({
      Plan: { Next: 'Metrics' },
      Metrics: { Type: 'Map', ItemsPath: '$.metrics', ResultPath: null, Next: 'Report' },
      Report: { End: true },
    });
    expect(metricsOf(definition).ItemProcessor).toMatchObject({
      StartAt: 'Fit',
      States: {
        Fit: { Next: 'IsThereACandidate' },
        IsThereACandidate: {
          Choices: [{ Variable: '$.fit.outcome', StringEquals: 'candidate', Next: 'Promote' }],
          Default: 'Rejected',
        },
      },
    });
  });

  it('asks in each step for what the function reads', () => {
    const samples: Record<string, string> = {
      '$$.Execution.Name': 'a-run',
      '$$.Execution.StartTime': '2026-03-02T03:00:00.123Z',
      '$.id': 'a-run',
      '$.metric': 'cpu_usage',
      '$.failure.Cause': '{"errorMessage":"why"}',
    };
    const tasks = stepsOf(definition).map(([, { Parameters = {} }]) =>
      Object.fromEntries(
        Object.entries(Parameters).map(([name, value]) =>
          name.endsWith('.$') ? [name.slice(0, -2), samples[value]] : [name, value],
        ),
      ),
    );
    expect(tasks.map((task) => retrainTask.parse(task).task).toSorted()).toEqual([
      'fail',
      'fit',
      'plan',
      'promote',
      'report',
    ]);
  });

  it('gives each metric an execution of its own, so that no number of them fills the history of one', () => {
    const { ItemProcessor, ToleratedFailurePercentage } = metricsOf(definition);
    expect(ItemProcessor?.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' });
    expect(ToleratedFailurePercentage).toBe(100);
  });

  it('lets a metric answer nothing, so that no number of them is more than the map may answer', () => {
    const last = Object.values(metricsOf(definition).ItemProcessor!.States).filter(({ End }) => End);
    expect(last.length).toBeGreaterThanOrEqual(4);
    for (const { OutputPath } of last) expect(OutputPath).toBeNull();
  });

  it("may start those executions, and no other machine's", () => {
    const policies = Object.entries(deployed.template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('RetrainMachineDistributedMap'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    expect(policies).toContainEqual({
      Action: 'states:StartExecution',
      Effect: 'Allow',
      Resource: { Ref: expect.stringMatching(/^RetrainMachine/) },
    });
    for (const { Resource } of policies) expect(JSON.stringify(Resource)).toMatch(/"RetrainMachine/);
  });

  it('bounds how many metrics are trained at once, also by what a Prometheus can do', () => {
    expect(metricsOf(definition).MaxConcurrency).toBe(4);
    expect(metricsOf(machineOf(tuned)).MaxConcurrency).toBe(40);
  });

  it('repeats each step with growing pauses, drawn by chance, and ends it when it hangs', () => {
    for (const [, { Retry, TimeoutSeconds }] of stepsOf(definition)) {
      expect(Retry).toEqual([
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 2,
          BackoffRate: 3,
          MaxAttempts: 4,
          MaxDelaySeconds: 120,
          JitterStrategy: 'FULL',
        },
      ]);
      expect(TimeoutSeconds).toBeGreaterThan(0);
    }
  });

  it('ends a fit after the function would have ended by itself', () => {
    const fitOf = (one: Synthesized) => metricsOf(machineOf(one)).ItemProcessor!.States.Fit!;
    expect(fitOf(deployed).TimeoutSeconds).toBe(930);
    expect(fitOf(tuned).TimeoutSeconds).toBe(330);
  });

  it('notes a metric whose step fails for good, and goes on with the others', () => {
    const { Fit, Promote, NoteFailure } = metricsOf(definition).ItemProcessor!.States;
    for (const step of [Fit, Promote])
      expect(step?.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: 'NoteFailure' }]);
    expect(NoteFailure?.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: 'NotNoted' }]);
  });
});

describe('the schedule of the retraining', () => {
  it('is in the time zone of the configuration', () => {
    deployed.template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      Target: Match.objectLike({ DeadLetterConfig: Match.anyValue(), Input: '{}' }),
    });
  });

  it('is two where a day of the week or of the month will do, as in crontab', () => {
    const schedules = Object.values(tuned.template.findResources('AWS::Scheduler::Schedule'));
    expect(
      schedules.map(({ Properties }) => [
        Properties.ScheduleExpression,
        Properties.ScheduleExpressionTimezone,
      ]),
    ).toEqual([
      ['cron(15 1 1 * ? *)', 'Europe/Berlin'],
      ['cron(15 1 ? * MON *)', 'Europe/Berlin'],
    ]);
  });
});

describe('the alarms of the retraining', () => {
  it.each([
    ['AWS/States', 'ExecutionsFailed', 1],
    ['AWS/States', 'ExecutionsTimedOut', 1],
    ['Team/Tides', 'TrainingFailures', 1],
    ['Team/Tides', 'ModelAge', 259_200],
  ])('look at %s %s', (Namespace, MetricName, Threshold) => {
    tuned.template.hasResourceProperties('AWS::CloudWatch::Alarm', { Namespace, MetricName, Threshold });
  });
});

describe('the function of the API', () => {
  it('may start retrainings and evaluations, look at the former, and nothing else of Step Functions', () => {
    const statements = Object.entries(deployed.template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('Api'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('states:')));
    const machine = expect.stringMatching(/^RetrainMachine/);
    expect(statements).toEqual([
      {
        Action: 'states:StartExecution',
        Effect: 'Allow',
        Resource: [{ Ref: expect.stringMatching(/^EvaluationsMachine/) }, { Ref: machine }],
      },
      {
        Action: 'states:DescribeExecution',
        Effect: 'Allow',
        Resource: {
          'Fn::Join': [
            '',
            expect.arrayContaining([':execution:', { 'Fn::GetAtt': [machine, 'Name'] }, ':*']),
          ],
        },
      },
    ]);
  });
});

describe('the function of the retraining', () => {
  it('may write models, days of history, warm states and the state of runs (also of the evaluations that it starts), and nothing else', () => {
    const policies = Object.entries(deployed.template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith('RetrainStep'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const writing = policies.filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    const prefixes = [...JSON.stringify(writing).matchAll(/"\/([^"]+)"/g)].map(([, prefix]) => prefix);
    expect(new Set(prefixes)).toEqual(
      new Set(['history/*', 'models/*', 'runs/retrain/*', 'warm/*', 'runs/evaluate/*']),
    );
  });
});
