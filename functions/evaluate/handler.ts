import { readFileSync } from 'node:fs';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { openDeployment } from '../../lib/compose/deployment.ts';
import { composeEvaluationRuns } from '../../lib/compose/evaluation-run.ts';
import { readEvaluateTask } from '../../lib/config/evaluate-task.ts';
import { functionEnvironment } from '../../lib/config/function-environment.ts';
import { reportAssets } from '../../lib/evaluation/report/report-assets.ts';
import type { EvaluationOutcome } from '../../lib/pipeline/evaluation/run-evaluation.ts';
import { lambdaLogger } from '../../lib/telemetry/lambda-logger.ts';

/** The time reserved for work after the last retry. */
const RESERVE_MILLISECONDS = 5000;

const logger = lambdaLogger();
/** The files of the report's page are bundled beside the code. */
const assets = () => reportAssets((file) => readFileSync(new URL(`./${file}`, import.meta.url), 'utf8'));

/** One step of an evaluation's state machine. */
export const handler = middy(async (event: unknown, context: Context): Promise<EvaluationOutcome> => {
  const task = readEvaluateTask(event);
  const environment = functionEnvironment.parse(process.env);
  const remainingMilliseconds = () => context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS;
  const deployment = await openDeployment(environment, import.meta.url, logger, remainingMilliseconds);
  const { configuration, runtime } = deployment;
  await using evaluations = await composeEvaluationRuns(configuration, runtime, assets());
  const outcome =
    task.task === 'evaluate' ? await evaluations.run(task.id) : await evaluations.fail(task.id, task.cause);
  logger.info('Evaluation', { ...outcome });
  return outcome;
}).use(injectLambdaContext(logger.powertools));
