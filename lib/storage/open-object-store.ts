import type { Configuration } from '../config/schema.ts';
import type { RetryEnvironment } from '../connections/retry.ts';
import { MissingBucketError } from './errors.ts';
import { FilesystemObjectStore } from './filesystem-object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { s3Client } from './s3-client.ts';
import { S3ObjectStore } from './s3-object-store.ts';

/**
 * Opens the store of models and states that the configuration names.
 *
 * @param deployedBucket the bucket of a deployment, which is its own and has no prefix; undefined on a person's machine.
 * @throws MissingBucketError when neither names a bucket.
 */
export function openObjectStore(
  models: Configuration['models'],
  deployedBucket: string | undefined,
  environment: RetryEnvironment,
): ObjectStore {
  if (deployedBucket !== undefined) return new S3ObjectStore(s3Client(), deployedBucket, '', { environment });
  if (models.kind === 'filesystem') return new FilesystemObjectStore(models.directory);
  if (models.bucket === undefined) throw new MissingBucketError();
  return new S3ObjectStore(s3Client(), models.bucket, models.prefix, { environment });
}
