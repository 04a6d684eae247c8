import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { composeEvaluationRuns } from '../../lib/compose/evaluation-run.ts';
import { readEvaluateTask } from '../../lib/config/evaluate-task.ts';
import { functionEnvironment } from '../../lib/config/function-environment.ts';
import { reportAssets } from '../../lib/evaluation/report/report-assets.ts';
import { s3Client } from '../../lib/models/s3-client.ts';
import { S3ObjectStore } from '../../lib/models/s3-object-store.ts';
import { configurationInForce } from '../../lib/models/stored-configuration.ts';
import type { EvaluationOutcome } from '../../lib/pipeline/evaluation/run-evaluation.ts';
import { lambdaLogger } from '../../lib/telemetry/lambda-logger.ts';

/** The time that is kept for what comes after the last try. */
const RESERVE_MILLISECONDS = 5000;

const logger = lambdaLogger();
const s3 = s3Client();
/** The files of the report's page lie beside the code. */
const assets = () => reportAssets((file) => readFileSync(new URL(`./${file}`, import.meta.url), 'utf8'));

/** One step of an evaluation's state machine. */
export const handler = middy(async (event: unknown, context: Context): Promise<EvaluationOutcome> => {
  const task = readEvaluateTask(event);
  const { TIDEMARK_BUCKET: bucket, TIDEMARK_CONFIGURATION_KEY: key } = functionEnvironment.parse(process.env);
  const configuration = await configurationInForce(new S3ObjectStore(s3, bucket), key, () =>
    readFile(new URL('./configuration.json', import.meta.url)),
  );
  const surroundings = {
    logger,
    environment: process.env,
    remainingMilliseconds: () => context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS,
    bucket,
  };
  await using evaluations = await composeEvaluationRuns(configuration, surroundings, assets());
  const outcome =
    task.task === 'evaluate' ? await evaluations.run(task.id) : await evaluations.fail(task.id, task.cause);
  logger.info('Evaluation', { ...outcome });
  return outcome;
}).use(injectLambdaContext(logger.powertools));
