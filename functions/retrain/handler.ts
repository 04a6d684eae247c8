import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { openDeployment } from '../../lib/compose/deployment.ts';
import { composeRetrain } from '../../lib/compose/retrain.ts';
import { composeWorkflow } from '../../lib/compose/workflow.ts';
import { retrainEnvironment } from '../../lib/config/function-environment.ts';
import { readRetrainTask } from '../../lib/config/retrain-task.ts';
import { lambdaLogger } from '../../lib/telemetry/lambda-logger.ts';

const environment = retrainEnvironment.parse(process.env);
const logger = lambdaLogger();

/** One step of a retraining's state machine: plan, fit, promote, fail or report. */
export const handler = middy(async (event: unknown, context: Context): Promise<object> => {
  const task = readRetrainTask(event);
  // Leaves a second after the last retry.
  const remainingMilliseconds = () => context.getRemainingTimeInMillis() - 1000;
  const deployment = await openDeployment(environment, import.meta.url, logger, remainingMilliseconds);
  const { configuration, runtime } = deployment;
  const evaluateWorkflow = composeWorkflow(environment.TIDEMARK_EVALUATE_STATE_MACHINE);
  await using retrain = await composeRetrain(configuration, runtime, { evaluateWorkflow });
  const outcome = await retrain.take(task);
  logger.info('Step of a retraining', { ...task, ...outcome });
  return outcome;
}).use(injectLambdaContext(logger.powertools));
