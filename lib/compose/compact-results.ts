import { s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { type CompactedDay, type Compaction, compactResults } from '../results/parquet/compact-results.ts';
import { s3Client } from '../storage/s3-client.ts';

/** A store whose objects of steps can be put together. */
export interface CompactableStore {
  /** `results`, or the name of the copy. */
  readonly store: string;
  readonly place: string;
  compact(compaction: Compaction): AsyncGenerator<CompactedDay>;
}

/** The stores of NDJSON in S3 among the record and its copies: no other has objects of steps. */
export function composeCompaction({ results, resultCopies }: Configuration): CompactableStore[] {
  return Object.entries({ results, ...resultCopies }).flatMap(([store, settings]) => {
    const location = settings.kind === 'ndjson' ? s3Location(settings.directory) : undefined;
    if (settings.kind !== 'ndjson' || location === undefined) return [];
    const client = s3Client({ maxAttempts: 3 });
    return [
      {
        store,
        place: settings.directory,
        compact: (compaction: Compaction) => compactResults(client, location, compaction),
      },
    ];
  });
}
