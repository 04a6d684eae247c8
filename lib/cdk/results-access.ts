import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type S3Location, s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { acknowledge, permissionOn } from './acknowledge.ts';
import { NotDeployableError } from './errors.ts';

/**
 * Allows a function to write results to the configured bucket, if there is one.
 *
 * @throws NotDeployableError when results go to a folder, which functions do not keep.
 */
export function grantResultsAccess(handler: IFunction, results: Configuration['results']): void {
  const location = bucketOf(results);
  if (location === undefined) return;
  // Read too, since an existing object of a step is merged.
  allowOn(handler, location, ['s3:GetObject', 's3:PutObject']);
}

/**
 * Allows a function to read notified alerts from the results in the configured bucket, if there is one.
 *
 * @throws NotDeployableError as `grantResultsAccess` does.
 */
export function grantResultsReading(handler: IFunction, results: Configuration['results']): void {
  const location = bucketOf(results);
  if (location === undefined) return;
  allowOn(handler, location, ['s3:GetObject']);
  const bucket = s3Arn(handler, location.bucket);
  handler.addToRolePolicy(
    new PolicyStatement({ effect: Effect.ALLOW, actions: ['s3:ListBucket'], resources: [bucket] }),
  );
}

function bucketOf(results: Configuration['results']): S3Location | undefined {
  if (results.kind !== 'ndjson') return undefined;
  const location = s3Location(results.directory);
  if (location !== undefined) return location;
  throw new NotDeployableError(
    'results.directory',
    `is the folder ${results.directory}, which deployed functions do not keep`,
    'write s3://bucket/prefix, or results.kind: influxdb',
  );
}

function allowOn(handler: IFunction, { bucket, prefix }: S3Location, actions: string[]): void {
  const objects = s3Arn(handler, bucket, `${prefix}*`);
  handler.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [objects] }));
  acknowledge(handler.role ?? handler, {
    [permissionOn(Stack.of(handler), objects)]:
      'One object per measurement and step, below the prefix of the results',
  });
}

function s3Arn(handler: IFunction, bucket: string, objects?: string): string {
  const place = objects === undefined ? {} : { resourceName: objects };
  const arnFormat = objects === undefined ? ArnFormat.NO_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME;
  const parts = { service: 's3', region: '', account: '', resource: bucket, ...place, arnFormat };
  return Arn.format(parts, Stack.of(handler));
}
