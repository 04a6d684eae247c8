import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { SourceQueryError, SourceUnavailableError } from '../errors.ts';
import { fileVersion } from '../file-version.ts';
import { MalformedLines } from '../malformed-lines.ts';
import { type Column, SeriesRecorder } from '../recorded-series.ts';
import { RecordedSource, type Recorder, type Recording } from '../recorded-source.ts';
import { timeReader } from '../sample-time.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';

/** A CSV file (packed by gzip when its name ends in `.gz`) with a header line, and which of its columns mean what. */
export interface CsvOptions {
  readonly path: string;
  readonly timeColumn: string;
  readonly valueColumn: string;
  /** Columns that tell series apart; each becomes a label of its name. An empty field is an absent label. */
  readonly labelColumns: readonly string[];
  /** IANA name of the zone of times that carry no offset. */
  readonly timeZone: string;
}

/**
 * A CSV file as a source. A query names nothing in it: all series of the file are meant. An empty value is a missing
 * sample; a row that can't be read is skipped and reported with its line.
 */
export function csvSource(options: CsvOptions): RecordedSource {
  const recorder: Recorder = {
    name: 'csv',
    version: () => fileVersion(options.path),
    read: () => readCsv(options),
    isMeant: () => true,
  };
  return new RecordedSource(recorder);
}

async function readCsv(options: CsvOptions): Promise<Recording> {
  const malformed = new MalformedLines();
  const recorder = new SeriesRecorder();
  const readTime = timeReader(options.timeZone);
  let columns: Columns | undefined;
  let columnOf: (fields: readonly string[]) => Column = () => recorder.column({});
  let rows = 0;
  for await (const row of rowsOf(options.path)) {
    if (columns === undefined) {
      columns = columnsOf(row, options);
      columnOf = seriesFinder(recorder, columns);
      continue;
    }
    rows += 1;
    const problem = record(row, columns, readTime, columnOf);
    if (problem !== undefined) malformed.add(row.line, problem);
  }
  if (columns === undefined) throw new SourceQueryError(`${options.path} is empty: it needs a header line`);
  const warnings = malformed.warnings(options.path);
  if (rows > 0 && malformed.count === rows)
    throw new SourceQueryError(`No row of ${options.path} could be read: ${warnings.join('; ')}`);
  return { series: recorder.recorded(), warnings };
}

interface Columns {
  readonly count: number;
  readonly time: number;
  readonly value: number;
  readonly labels: readonly (readonly [name: string, index: number])[];
}

function columnsOf({ fields, problem }: CsvRow, options: CsvOptions): Columns {
  const names = fields.map((name) => name.trim());
  const indexOf = (name: string, setting: string) => {
    const index = names.indexOf(name);
    if (problem === undefined && index >= 0) return index;
    throw new SourceQueryError(
      `${options.path} has no column "${name}", its header names ${names.join(', ')}: set source.${setting}`,
    );
  };
  return {
    count: names.length,
    time: indexOf(options.timeColumn, 'timeColumn'),
    value: indexOf(options.valueColumn, 'valueColumn'),
    labels: options.labelColumns.map((name) => [name, indexOf(name, 'labelColumns')] as const),
  };
}

/** Finds a row's series by the text of its label fields, since making labels of them takes longer than all the rest. */
function seriesFinder(recorder: SeriesRecorder, { labels }: Columns): (fields: readonly string[]) => Column {
  const known = new Map<string, Column>();
  return (fields) => {
    const key = labels.map(([, index]) => fields[index]).join('\0');
    let column = known.get(key);
    if (column === undefined) {
      const present = labels.flatMap(([name, index]) => (fields[index] ? [[name, fields[index]]] : []));
      column = recorder.column(Object.fromEntries(present));
      known.set(key, column);
    }
    return column;
  };
}

/** @returns what is wrong with the row, if anything is. */
function record(
  { fields, problem }: CsvRow,
  columns: Columns,
  readTime: (text: string) => number,
  columnOf: (fields: readonly string[]) => Column,
): string | undefined {
  if (problem !== undefined) return problem;
  if (fields.length !== columns.count)
    return `${fields.length} fields where the header names ${columns.count}`;
  const timeText = fields[columns.time] as string;
  const timeSeconds = readTime(timeText);
  if (Number.isNaN(timeSeconds))
    return `"${timeText}" is not a time (seconds, milliseconds or ISO 8601 expected)`;
  const valueText = (fields[columns.value] as string).trim();
  const value = numberOf(valueText);
  if (value === undefined) return `"${valueText}" is not a number`;
  if (!Number.isNaN(value)) columnOf(fields).push(timeSeconds, value);
  return undefined;
}

/** @returns NaN for a missing sample, undefined when the text is not a number. */
function numberOf(text: string): number | undefined {
  if (/^(?:|nan|null|na|n\/a)$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return undefined;
  return Number(text);
}

async function* rowsOf(path: string): AsyncGenerator<CsvRow> {
  try {
    const bytes = createReadStream(path);
    yield* csvRows(path.endsWith('.gz') ? bytes.compose(createGunzip()) : bytes);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): SourceUnavailableError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SourceUnavailableError(`${path} can't be read: ${reason}`, { cause: error });
}
