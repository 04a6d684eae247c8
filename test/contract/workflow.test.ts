import { randomUUID } from 'node:crypto';
import {
  CreateStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { StepFunctionsWorkflow } from '../../lib/workflows/step-functions-workflow.ts';
import { cannotHave, useService } from '../services/shared.ts';

describe.skipIf(await cannotHave('cloud'))('a workflow of Step Functions', () => {
  let client: SFNClient;
  beforeAll(async () => {
    const { endpoint } = await useService('cloud');
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new SFNClient({ region: 'us-east-1', endpoint, credentials });
  });

  /** A workflow of one state, and how to look at its executions. */
  async function workflowOf(state: object) {
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({
        name: `workflow-${randomUUID()}`,
        roleArn: 'arn:aws:iam::000000000000:role/workflow',
        definition: JSON.stringify({ StartAt: 'Only', States: { Only: state } }),
      }),
    );
    return {
      workflow: new StepFunctionsWorkflow(client, stateMachineArn ?? ''),
      executions: async () => {
        const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
        return executions;
      },
    };
  }

  const waiting = { Type: 'Wait', Seconds: 60, End: true };

  it('starts an id once, while it runs and when it has ended', async () => {
    for (const state of [waiting, { Type: 'Succeed' }]) {
      const { workflow, executions } = await workflowOf(state);
      await workflow.start('a-run');
      await expect.poll(() => workflow.stateOf('a-run')).toMatch(/^(running|succeeded)$/);
      await workflow.start('a-run');
      expect((await executions()).map(({ name }) => name)).toEqual(['a-run']);
    }
  });

  it('starts an id once when many ask at once', async () => {
    const { workflow, executions } = await workflowOf(waiting);
    await Promise.all(Array.from({ length: 10 }, () => workflow.start('a-run')));
    expect(await executions()).toHaveLength(1);
  });

  it.each([
    [{ Type: 'Succeed' }, 'succeeded'],
    [{ Type: 'Fail', Error: 'Broken' }, 'failed'],
  ])('says of an execution that ended in %j that it has %s', async (state, expected) => {
    const { workflow } = await workflowOf(state);
    await workflow.start('a-run');
    await expect.poll(() => workflow.stateOf('a-run')).toBe(expected);
  });

  it('says that an execution runs, and that somebody stopped it', async () => {
    const { workflow, executions } = await workflowOf(waiting);
    await workflow.start('a-run');
    expect(await workflow.stateOf('a-run')).toBe('running');
    const [execution] = await executions();
    await client.send(new StopExecutionCommand({ executionArn: execution?.executionArn }));
    expect(await workflow.stateOf('a-run')).toBe('stopped');
  });

  it('knows nothing of an execution that was never started', async () => {
    const { workflow } = await workflowOf(waiting);
    expect(await workflow.stateOf('never')).toBeUndefined();
  });
});
