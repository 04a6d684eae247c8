import aslValidator from 'asl-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateTask } from '../../lib/config/evaluate-task.ts';
import { definitionOf, type Synthesized, synthesize } from './synthesized.ts';

interface State {
  readonly Type: string;
  readonly Parameters?: Readonly<Record<string, string>>;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly MaxAttempts: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Next?: string;
}
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds: number;
}

const machineOf = (synthesized: Synthesized) => definitionOf<Machine>(synthesized, 'Evaluations');

/** What the policies of a construct allow. */
const statementsOf = ({ template }: Synthesized, construct: string) =>
  JSON.stringify(
    Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith(construct)),
  );

let deployed: Synthesized;
let tuned: Synthesized;
beforeAll(() => {
  deployed = synthesize();
  tuned = synthesize({
    overrides: {
      TIDEMARK__FUNCTIONS__EVALUATE__TIMEOUT: '5m',
      TIDEMARK__FUNCTIONS__EVALUATE__MEMORY_MEGABYTES: '3008',
      TIDEMARK__EVALUATION__RETENTION: '7d',
    },
  });
});

describe('the state machine of an evaluation', () => {
  it('is well-formed in the language of Step Functions', () => {
    for (const one of [deployed, tuned]) {
      const { isValid, errorsText } = aslValidator(machineOf(one), { checkPaths: true });
      expect(errorsText()).toBe('');
      expect(isValid).toBe(true);
    }
  });

  it('tries again what fails, and notes with the run why it failed for good', () => {
    const { StartAt, States } = machineOf(deployed);
    expect(StartAt).toBe('Evaluate');
    expect(States).toMatchObject({
      Evaluate: {
        Retry: [{ MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'NoteFailure' }],
        End: true,
      },
      NoteFailure: { Next: 'Failed' },
      Failed: { Type: 'Fail' },
    });
  });

  it('asks the function for what it understands, about the run that the execution is named after', () => {
    const { Evaluate, NoteFailure } = machineOf(deployed).States;
    for (const { Parameters = {} } of [Evaluate!, NoteFailure!]) {
      expect(Parameters['id.$']).toBe('$$.Execution.Name');
      const sent = Object.fromEntries(
        Object.entries(Parameters).map(([name, value]) => [
          name.replace(/\.\$$/, ''),
          name.endsWith('.$') ? 'x' : value,
        ]),
      );
      expect(evaluateTask.safeParse(sent).success).toBe(true);
    }
  });

  it('waits for the function as long as it may take, and ends before nobody cares', () => {
    for (const [one, seconds] of [
      [deployed, 900],
      [tuned, 300],
    ] as const) {
      const { States, TimeoutSeconds } = machineOf(one);
      expect(States.Evaluate?.TimeoutSeconds).toBe(seconds + 30);
      expect(TimeoutSeconds).toBe(4 * seconds);
    }
  });
});

describe('the function that evaluates', () => {
  it('has the size that the configuration says', () => {
    const sizes = (one: Synthesized) =>
      Object.entries(one.template.findResources('AWS::Lambda::Function'))
        .filter(([id]) => id.startsWith('Evaluations'))
        .map(([, { Properties }]) => [Properties.MemorySize, Properties.Timeout]);
    expect(sizes(deployed)).toEqual([[1769, 900]]);
    expect(sizes(tuned)).toEqual([[3008, 300]]);
  });

  it('writes its runs and results alone, and reads models and feedback', () => {
    const statements = statementsOf(deployed, 'EvaluationsStep');
    for (const prefix of ['evaluations/*', 'runs/evaluate/*', 'models/*', 'feedback/*'])
      expect(statements).toContain(prefix);
    expect(statements.match(/s3:PutObject/g)).toHaveLength(1);
    expect(statements).not.toContain('state/*');
  });

  it('is started by the API and after a retraining', () => {
    for (const starter of ['ApiHandler', 'RetrainStep']) {
      expect(statementsOf(deployed, starter)).toMatch(/states:StartExecution.*EvaluationsMachine/);
      expect(statementsOf(deployed, starter)).toContain('runs/evaluate/*');
    }
  });

  it('lets go of results and reports after the time that the configuration says', () => {
    const rules = Object.values(tuned.template.findResources('AWS::S3::Bucket')).flatMap(
      ({ Properties }) =>
        Properties.LifecycleConfiguration.Rules as { Prefix?: string; ExpirationInDays?: number }[],
    );
    expect(rules).toContainEqual(expect.objectContaining({ Prefix: 'evaluations/', ExpirationInDays: 7 }));
  });
});
