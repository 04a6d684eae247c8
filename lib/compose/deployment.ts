import { readFile } from 'node:fs/promises';
import type { FunctionEnvironment } from '../config/function-environment.ts';
import type { Configuration } from '../config/schema.ts';
import { configurationInForce } from '../models/stored-configuration.ts';
import { s3Client } from '../storage/s3-client.ts';
import { S3ObjectStore } from '../storage/s3-object-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** One client per container, so that connections stay open between invocations. */
const s3 = s3Client();

/** What a deployed function is composed from. */
export interface Deployment {
  readonly configuration: Configuration;
  readonly runtime: RuntimeContext & { readonly bucket: string };
}

/**
 * Reads the configuration in force: one small GET.
 *
 * @param moduleUrl of the function's handler; the deployed configuration is in the same folder.
 * @param remainingMilliseconds time left in this invocation, without the reserve for work after the last attempt.
 * @throws UnreadableConfigurationError when a pushed configuration is invalid for this version.
 */
export async function openDeployment(
  environment: FunctionEnvironment,
  moduleUrl: string,
  logger: Logger,
  remainingMilliseconds: () => number,
): Promise<Deployment> {
  const { TIDEMARK_BUCKET: bucket, TIDEMARK_CONFIGURATION_KEY: key } = environment;
  const configuration = await configurationInForce(new S3ObjectStore(s3, bucket), key, () =>
    readFile(new URL('./configuration.json', moduleUrl)),
  );
  return { configuration, runtime: { logger, environment: process.env, remainingMilliseconds, bucket } };
}
