import type { StoreQuery } from '../store/dashboard-store.ts';

/** The range that the reader has chosen. */
export const CHOSEN_RANGE = 'range(start: v.timeRangeStart, stop: v.timeRangeStop)';
/** One row with the fields of each point as columns. */
export const FIELDS_AS_COLUMNS = 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")';
/** The chosen metric, or each of the chosen ones. */
export const OF_METRIC = 'r.metric =~ /^${metric:regex}$/';
/** The chosen series. */
export const OF_SERIES = `${OF_METRIC} and r.series =~ /^\${series:regex}$/`;

/** A text as a literal of Flux, in which neither Flux nor Grafana finds anything to replace. */
export function fluxText(text: string): string {
  return JSON.stringify(text).replaceAll('$', '\\x24').replaceAll('[[', '\\x5b\\x5b');
}

/** Steps of a query, each on a line. */
export function pipe(...steps: readonly string[]): string {
  return steps.join('\n  |> ');
}

/** A list of texts. */
export function fluxList(texts: readonly string[]): string {
  return `[${texts.map(fluxText).join(', ')}]`;
}

/** A condition that holds for each of the fields. */
export function isField(...fields: readonly string[]): string {
  return fields.map((field) => `r._field == ${fluxText(field)}`).join(' or ');
}

/** What to read of a measurement. */
export interface Reading {
  readonly measurement: string;
  readonly fields: readonly string[];
  /** A further condition on `r`. */
  readonly where?: string;
  /** The range; that of the reader when omitted. */
  readonly range?: string;
}

/** The points of a measurement in a bucket. */
export function points(
  bucket: string,
  { measurement, fields, where, range = CHOSEN_RANGE }: Reading,
): string {
  const condition = where === undefined ? '' : ` and ${where}`;
  return pipe(
    `from(bucket: ${fluxText(bucket)})`,
    range,
    `filter(fn: (r) => r._measurement == ${fluxText(measurement)}${condition})`,
    `filter(fn: (r) => ${isField(...fields)})`,
  );
}

/** How the points of a window become one. */
export type Aggregate = 'mean' | 'max' | 'sum' | 'last';

function windows(aggregate: Aggregate): string {
  return `aggregateWindow(every: v.windowPeriod, fn: ${aggregate}, createEmpty: false, timeSrc: "_start")`;
}

/**
 * One column for each field, with one row for each window that the panel has a pixel for.
 *
 * @param names of the columns, for fields that are shown under another name.
 */
export function fieldsOverTime(
  bucket: string,
  reading: Reading,
  aggregate: Aggregate,
  names: Readonly<Record<string, string>> = {},
): StoreQuery {
  const renamed = Object.entries(names).map(([field, name]) => `${field}: ${fluxText(name)}`);
  const text = pipe(
    points(bucket, reading),
    windows(aggregate),
    // Real and simulated samples are one, and so are all shards.
    'group(columns: ["_field"])',
    windows(aggregate),
    FIELDS_AS_COLUMNS,
    `keep(columns: ${fluxList(['_time', ...reading.fields])})`,
    ...(renamed.length === 0 ? [] : [`rename(columns: {${renamed.join(', ')}})`]),
    'sort(columns: ["_time"])',
  );
  return { text, shape: 'series' };
}

/** One column for each metric, service or the like. */
export function byTag(bucket: string, reading: Reading, tag: string, aggregate: Aggregate): StoreQuery {
  const text = pipe(
    points(bucket, reading),
    windows(aggregate),
    `group(columns: [${fluxText(tag)}])`,
    windows(aggregate),
    `keep(columns: ${fluxList(['_time', '_value', tag])})`,
  );
  return { text, shape: 'series' };
}

/** One figure: the newest value. */
export function newest(bucket: string, reading: Reading, ...rest: readonly string[]): StoreQuery {
  return { text: pipe(points(bucket, reading), 'last()', ...rest), shape: 'table' };
}
