import type { ResultRecord } from './result-store.ts';

/** A record as one line of JSON. NaN and infinities become null. */
export function ndjsonLine(record: ResultRecord): string {
  return JSON.stringify(flat(record));
}

/** Flattens a verdict into its record, so that lines have no nesting. */
function flat(record: ResultRecord): object {
  if (record.measurement !== 'verdict') return record;
  const { verdict, ...series } = record;
  const { band, evidence: _, ...judged } = verdict;
  return { ...series, ...judged, ...band };
}

/** The fields that identify a record of a measurement, besides its labels. */
const IDENTIFYING = [
  'metric',
  'isSimulated',
  'shard',
  'role',
  'service',
  'id',
  'size',
  'timeSeconds',
  'startSeconds',
] as const;

/** Equal for two lines of the same record: the later line replaces the earlier one. */
export function identityOfLine(line: string): string {
  const record: Readonly<Record<string, unknown>> = JSON.parse(line);
  const labels = Object.entries(record.labels ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  // A verdict's kind is a result, not part of its identity.
  const kind = record.measurement === 'verdict' ? undefined : record.kind;
  return JSON.stringify([record.measurement, kind, ...IDENTIFYING.map((name) => record[name]), labels]);
}
