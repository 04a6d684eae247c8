import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ExecutionState, Workflow } from './workflow.ts';

const states: Readonly<Record<ExecutionStatus, ExecutionState>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'stopped',
};

/** Executions of a standard state machine of AWS Step Functions, which keeps their names for 90 days. */
export class StepFunctionsWorkflow implements Workflow {
  readonly #client: SFNClient;
  readonly #stateMachineArn: string;

  constructor(client: SFNClient, stateMachineArn: string) {
    this.#client = client;
    this.#stateMachineArn = stateMachineArn;
  }

  async start(id: string): Promise<void> {
    try {
      await this.#client.send(
        // The steps find their run by the execution's name.
        new StartExecutionCommand({ stateMachineArn: this.#stateMachineArn, name: id, input: '{}' }),
      );
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  async stateOf(id: string): Promise<ExecutionState | undefined> {
    const executionArn = `${this.#stateMachineArn.replace(':stateMachine:', ':execution:')}:${id}`;
    try {
      const { status } = await this.#client.send(new DescribeExecutionCommand({ executionArn }));
      return status === undefined ? undefined : states[status];
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }
}
