import type { Configuration } from '../config/schema.ts';
import { NotDeployableError } from './errors.ts';

/** @throws NotDeployableError when models are configured to be outside the stack's bucket. */
export function refuseOtherModelStores(models: Configuration['models']): void {
  if (models.kind !== 's3' || models.prefix === '') return;
  throw new NotDeployableError(
    'models.prefix',
    `is ${models.prefix}, but the bucket of the stack has no prefix`,
    'remove it from the deployed configuration',
  );
}

/** @throws NotDeployableError when the source is a file or the standard input of one machine. */
export function refuseLocalSource({ kind }: Configuration['source']): void {
  if (kind !== 'csv' && kind !== 'manual') return;
  throw new NotDeployableError(
    'source.kind',
    `is ${kind}, which reads what deployed functions don't have`,
    'write prometheus, or simulation to try the deployment',
  );
}
