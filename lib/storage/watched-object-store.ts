import type { WatchedConnection } from '../connections/connection-watch.ts';
import { ObjectConflictError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';

/** An object store that reports how each call went. */
export function watchedObjectStore(inner: ObjectStore, connection: WatchedConnection): ObjectStore {
  const watched = async <T>(call: Promise<T>): Promise<T> => {
    try {
      const answer = await call;
      connection.called('well');
      return answer;
    } catch (error) {
      // Another writer was first: the store works.
      const isSound = error instanceof ObjectConflictError;
      connection.called(isSound ? 'well' : 'failed', isSound ? undefined : error);
      throw error;
    }
  };
  const olderVersions = inner.olderVersions?.bind(inner);
  return {
    name: inner.name,
    get: (key) => watched(inner.get(key)),
    put: (key, bytes, condition) => watched(inner.put(key, bytes, condition)),
    list: (prefix) => watched(inner.list(prefix)),
    delete: (key) => watched(inner.delete(key)),
    ...(olderVersions === undefined
      ? {}
      : { olderVersions: (key: string, limit: number) => watched(olderVersions(key, limit)) }),
    check: () => inner.check(),
  };
}
