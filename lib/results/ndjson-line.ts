import type { ResultRecord } from './result-store.ts';

/** A record as one JSON object a line. NaN and infinities become null. */
export function ndjsonLine(record: ResultRecord): string {
  return JSON.stringify(flat(record));
}

/** A verdict's fields stand beside its series, so that a line needs no nesting to be read. */
function flat(record: ResultRecord): object {
  if (record.measurement !== 'verdict') return record;
  const { verdict, ...series } = record;
  const { band, evidence: _, ...judged } = verdict;
  return { ...series, ...judged, ...band };
}

/** What tells the records of one measurement and time apart, besides their labels. */
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

/** Equal for two lines that are about the same: the later one replaces the earlier one. */
export function identityOfLine(line: string): string {
  const record: Readonly<Record<string, unknown>> = JSON.parse(line);
  const labels = Object.entries(record.labels ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  // Of a verdict, the kind is what was judged.
  const kind = record.measurement === 'verdict' ? undefined : record.kind;
  return JSON.stringify([record.measurement, kind, ...IDENTIFYING.map((name) => record[name]), labels]);
}
