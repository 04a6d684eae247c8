import { readFile } from 'node:fs/promises';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { composeRetrain } from '../../lib/compose/retrain.ts';
import { composeWorkflow } from '../../lib/compose/workflow.ts';
import { retrainEnvironment } from '../../lib/config/function-environment.ts';
import { readRetrainTask } from '../../lib/config/retrain-task.ts';
import { s3Client } from '../../lib/models/s3-client.ts';
import { S3ObjectStore } from '../../lib/models/s3-object-store.ts';
import { configurationInForce } from '../../lib/models/stored-configuration.ts';
import { lambdaLogger } from '../../lib/telemetry/lambda-logger.ts';

const environment = retrainEnvironment.parse(process.env);
const logger = lambdaLogger();
const s3 = s3Client();

/** One step of a retraining, as the state machine asks for it: plan, fit, promote, fail or report. */
export const handler = middy(async (event: unknown, context: Context): Promise<object> => {
  const task = readRetrainTask(event);
  const { TIDEMARK_BUCKET: bucket, TIDEMARK_CONFIGURATION_KEY: key } = environment;
  const configuration = await configurationInForce(new S3ObjectStore(s3, bucket), key, () =>
    readFile(new URL('./configuration.json', import.meta.url)),
  );
  const surroundings = {
    logger,
    environment: process.env,
    // A second is kept for what comes after the last try.
    remainingMilliseconds: () => context.getRemainingTimeInMillis() - 1000,
    bucket,
  };
  const evaluateWorkflow = composeWorkflow(environment.TIDEMARK_EVALUATE_STATE_MACHINE);
  await using retrain = await composeRetrain(configuration, surroundings, { evaluateWorkflow });
  const outcome = await retrain.take(task);
  logger.info('Step of a retraining', { ...task, ...outcome });
  return outcome;
}).use(injectLambdaContext(logger.powertools));
