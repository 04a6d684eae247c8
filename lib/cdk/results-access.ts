import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type S3Location, s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { acknowledge, permissionOn } from './acknowledge.ts';
import { NotDeployableError } from './errors.ts';

/**
 * Allows a function to write results and their copies to the configured buckets, if there are any.
 *
 * @throws NotDeployableError when results go to a folder, which functions do not keep.
 */
export function grantResultsAccess(
  handler: IFunction,
  { results, resultCopies }: Pick<Configuration, 'results' | 'resultCopies'>,
): void {
  const stores = Object.entries(resultCopies).map(([name, copy]) => [`resultCopies.${name}`, copy] as const);
  for (const [section, store] of [['results', results] as const, ...stores]) {
    const location = bucketOf(store, section);
    // Read too, since an existing object of a step is merged.
    if (location !== undefined) allowOn(handler, location, ['s3:GetObject', 's3:PutObject']);
  }
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

function bucketOf(results: Configuration['results'], section = 'results'): S3Location | undefined {
  if (results.kind !== 'ndjson') return undefined;
  const location = s3Location(results.directory);
  if (location !== undefined) return location;
  throw new NotDeployableError(
    `${section}.directory`,
    `is the folder ${results.directory}, which deployed functions do not keep`,
    `write s3://bucket/prefix, or ${section}.kind: influxdb`,
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
