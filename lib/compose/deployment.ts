import { readFile } from 'node:fs/promises';
import type { FunctionEnvironment } from '../config/function-environment.ts';
import type { Configuration } from '../config/schema.ts';
import { configurationInForce } from '../models/stored-configuration.ts';
import { s3Client } from '../storage/s3-client.ts';
import { S3ObjectStore } from '../storage/s3-object-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** One for the container, so that its connections stay open between invocations. */
const s3 = s3Client();

/** What a deployed function is put together from. */
export interface Deployment {
  readonly configuration: Configuration;
  readonly runtime: RuntimeContext & { readonly bucket: string };
}

/**
 * Reads the configuration that is in force now: one small GET.
 *
 * @param moduleUrl of the function's handler, beside which the configuration lies that it was deployed with.
 * @param remainingMilliseconds of the present invocation, less what is kept for what comes after the last try.
 * @throws UnreadableConfigurationError when a pushed configuration is none that this program can run by.
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
