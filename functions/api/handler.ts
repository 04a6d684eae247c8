import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { apiHandler } from '../../lib/api/serve.ts';
import { composeApi } from '../../lib/compose/api.ts';
import { openDeployment } from '../../lib/compose/deployment.ts';
import { composeWorkflow } from '../../lib/compose/workflow.ts';
import { apiEnvironment } from '../../lib/config/function-environment.ts';
import type { ApiServices } from '../../lib/pipeline/api-services.ts';
import { s3Client } from '../../lib/storage/s3-client.ts';
import { S3ObjectLinks } from '../../lib/storage/s3-object-links.ts';
import { lambdaLogger } from '../../lib/telemetry/lambda-logger.ts';

const logger = lambdaLogger();
const s3 = s3Client();
const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Wired for every request, since a configuration may have been pushed in between: one small GET. */
async function open(context: Context): Promise<ApiServices> {
  const environment = apiEnvironment.parse(process.env);
  // Leaves a second for the response.
  const remainingMilliseconds = () => context.getRemainingTimeInMillis() - 1000;
  const deployment = await openDeployment(environment, import.meta.url, logger, remainingMilliseconds);
  const { configuration, runtime } = deployment;
  return composeApi(configuration, runtime, {
    retrainWorkflow: composeWorkflow(environment.TIDEMARK_RETRAIN_STATE_MACHINE),
    evaluateWorkflow: composeWorkflow(environment.TIDEMARK_EVALUATE_STATE_MACHINE),
    links: new S3ObjectLinks(s3, runtime.bucket, nowSeconds),
    nowSeconds,
  });
}

/** The function behind API Gateway: every route of the API. */
export const handler = middy(apiHandler(open, logger)).use(injectLambdaContext(logger.powertools));
