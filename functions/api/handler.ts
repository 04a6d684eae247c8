import { readFile } from 'node:fs/promises';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { apiHandler } from '../../lib/api/serve.ts';
import { type ComposedApi, composeApi } from '../../lib/compose-api.ts';
import { functionEnvironment } from '../../lib/config/function-environment.ts';
import { s3Client } from '../../lib/models/s3-client.ts';
import { S3ObjectStore } from '../../lib/models/s3-object-store.ts';
import { configurationInForce } from '../../lib/models/stored-configuration.ts';
import { lambdaLogger } from '../../lib/telemetry/lambda-logger.ts';

const logger = lambdaLogger();
const s3 = s3Client();

/** Wired anew with every request, since a configuration may have been pushed in between: one small GET. */
async function open(): Promise<ComposedApi> {
  const { TIDEMARK_BUCKET: bucket, TIDEMARK_CONFIGURATION_KEY: key } = functionEnvironment.parse(process.env);
  const configuration = await configurationInForce(new S3ObjectStore(s3, bucket), key, () =>
    readFile(new URL('./configuration.json', import.meta.url)),
  );
  return composeApi(configuration, {
    logger,
    environment: process.env,
    remainingMilliseconds: () => Number.POSITIVE_INFINITY,
    bucket,
  });
}

/** The function behind API Gateway: every route of the API. */
export const handler = middy(apiHandler(open, logger)).use(injectLambdaContext(logger.powertools));
