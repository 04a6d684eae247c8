import type { WatchedConnection } from '../connections/connection-watch.ts';
import { SourceQueryError } from './errors.ts';
import { isFallback, type SeriesSource } from './series-source.ts';

/** A source that notes how each query went. */
export function watchedSource(inner: SeriesSource, connection: WatchedConnection): SeriesSource {
  return {
    name: inner.name,
    isSimulated: inner.isSimulated,
    queryRange: async (query, signal) => {
      try {
        const result = await inner.queryRange(query, signal);
        const [warning] = [...result.warnings, ...(result.notices ?? [])];
        // A fallback answers since the source itself did not.
        if (isFallback(result, inner)) connection.called('failed', warning);
        else connection.called(warning === undefined ? 'well' : 'partial', warning);
        return result;
      } catch (error) {
        if (!signal?.aborted)
          connection.called(error instanceof SourceQueryError ? 'refused' : 'failed', error);
        throw error;
      }
    },
    recordedUntilSeconds: inner.recordedUntilSeconds?.bind(inner),
    noticed: (notice) => connection.noticed(notice),
    check: (signal) => inner.check(signal),
  };
}
