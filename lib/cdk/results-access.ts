import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { acknowledge, permissionOn } from './acknowledge.ts';
import { NotDeployableError } from './errors.ts';

/**
 * Lets a function write results into the bucket that the configuration names, if it names one.
 *
 * @throws NotDeployableError when results go to a folder, which no function keeps.
 */
export function grantResultsAccess(handler: IFunction, results: Configuration['results']): void {
  if (results.kind !== 'ndjson') return;
  const location = s3Location(results.directory);
  if (location === undefined) {
    throw new NotDeployableError(
      'results.directory',
      `is the folder ${results.directory}, which a deployed function can't keep`,
      'write s3://bucket/prefix, or results.kind: influxdb',
    );
  }
  const objects = Arn.format(
    {
      service: 's3',
      region: '',
      account: '',
      resource: location.bucket,
      resourceName: `${location.prefix}*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    },
    Stack.of(handler),
  );
  // Read too, since the records of a step that is there already are merged.
  const actions = ['s3:GetObject', 's3:PutObject'];
  handler.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [objects] }));
  acknowledge(handler.role ?? handler, {
    [permissionOn(Stack.of(handler), objects)]:
      'An object a measurement and step, below the prefix of the results',
  });
}

/** @throws NotDeployableError when models are to lie elsewhere than the stack puts them. */
export function refuseForeignModels(models: Configuration['models']): void {
  if (models.kind !== 's3' || models.prefix === '') return;
  throw new NotDeployableError(
    'models.prefix',
    `is ${models.prefix}, and the bucket that the stack makes is Tidemark's alone`,
    'leave it out of the configuration that is deployed',
  );
}
