import type { WatchedConnection } from '../connections/connection-watch.ts';
import { ResultsRejectedError } from './errors.ts';
import type { ResultStore } from './result-store.ts';

/** Wraps a result store and records the outcome of each write. */
export function watchedResultStore(inner: ResultStore, connection: WatchedConnection): ResultStore {
  return {
    name: inner.name,
    needsOrder: inner.needsOrder === true,
    bandAheadStepSeconds: inner.bandAheadStepSeconds,
    write: async (records, signal) => {
      try {
        await inner.write(records, signal);
        connection.called('well');
      } catch (error) {
        connection.called(error instanceof ResultsRejectedError ? 'refused' : 'failed', error);
        throw error;
      }
    },
    check: () => inner.check(),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}
