import { SFNClient } from '@aws-sdk/client-sfn';
import { StepFunctionsWorkflow } from '../workflows/step-functions-workflow.ts';
import type { Workflow } from '../workflows/workflow.ts';

/** The state machine of a deployment, by its ARN. */
export function composeWorkflow(stateMachineArn: string): Workflow {
  return new StepFunctionsWorkflow(new SFNClient({}), stateMachineArn);
}
