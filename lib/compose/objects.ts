import type { Configuration } from '../config/schema.ts';
import type { ConnectionWatch } from '../connections/connection-watch.ts';
import { FilesystemObjectStore } from '../storage/filesystem-object-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { s3Client } from '../storage/s3-client.ts';
import { S3ObjectStore } from '../storage/s3-object-store.ts';
import { retryEnvironment } from './retries.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The store of models and states. */
export function composeObjects(
  { models }: Configuration,
  { bucket, remainingMilliseconds }: RuntimeContext,
  watch?: ConnectionWatch,
): ObjectStore {
  if (bucket === undefined && models.kind === 'filesystem')
    return new FilesystemObjectStore(models.directory);
  const configured = models.kind === 's3' ? models : undefined;
  const name = bucket ?? configured?.bucket;
  if (name === undefined) throw new RangeError('models.bucket is not set: name the bucket of the deployment');
  // A deployment has a bucket of its own.
  const prefix = bucket === undefined ? configured?.prefix : '';
  const environment = retryEnvironment(remainingMilliseconds, watch?.of('objects', 's3'));
  return new S3ObjectStore(s3Client(), name, prefix, { environment });
}
