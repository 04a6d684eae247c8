import type { Configuration } from '../config/schema.ts';
import type { ConnectionWatch } from '../connections/connection-watch.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { openObjectStore } from '../storage/open-object-store.ts';
import { retryEnvironment } from './retries.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The store of models and states. */
export function composeObjects(
  { models }: Configuration,
  { bucket, remainingMilliseconds, logger, servers }: RuntimeContext,
  watch?: ConnectionWatch,
): ObjectStore {
  if (servers !== undefined) return servers.objects;
  const environment = retryEnvironment(remainingMilliseconds, watch?.of('objects', 's3'), logger);
  return openObjectStore(models, bucket, environment);
}
