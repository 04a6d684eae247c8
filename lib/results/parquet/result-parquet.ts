import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { ByteWriter, parquetWriteRows } from 'hyparquet-writer';
import { type ColumnType, type ResultFolder, resultColumns } from '../athena/result-columns.ts';

/** Rows of a row group: as many are held in memory at a time. */
const ROWS_PER_GROUP = 20_000;

const PARQUET_TYPES = {
  string: 'STRING',
  double: 'DOUBLE',
  bigint: 'INT64',
  boolean: 'BOOLEAN',
  labels: 'STRING',
  figures: 'STRING',
} as const satisfies Readonly<Record<ColumnType, string>>;

type Row = Readonly<Record<string, unknown>>;

/**
 * Lines of results as one Parquet file, a column for each key.
 *
 * @param lines each of which {@link isKnownLine}.
 */
export async function parquetOfLines(
  folder: ResultFolder,
  lines: AsyncIterable<string>,
): Promise<Uint8Array> {
  const writer = new ByteWriter();
  await parquetWriteRows({
    writer,
    rows: rowsOf(folder, lines),
    columns: resultColumns[folder].map(({ name, type }) => ({
      name,
      type: PARQUET_TYPES[type],
      nullable: true,
    })),
    rowGroupSize: ROWS_PER_GROUP,
    createdBy: 'tidemark',
  });
  return writer.getBytes();
}

/** The lines of a Parquet file, as they were but for keys without a value, a row group at a time. */
export async function* linesOfParquet(folder: ResultFolder, bytes: Uint8Array): AsyncGenerator<string> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = rowStart + Number(count);
    for (const row of await parquetReadObjects({ file, metadata, rowStart, rowEnd }))
      yield lineOfRow(folder, row);
    rowStart = rowEnd;
  }
}

/** Whether a Parquet file can hold all that a line says. */
export function isKnownLine(folder: ResultFolder, line: string): boolean {
  try {
    const known = new Set(['measurement', ...resultColumns[folder].map(({ key }) => key)]);
    return Object.keys(JSON.parse(line)).every((key) => known.has(key));
  } catch {
    return false;
  }
}

/** A line as it comes out of Parquet again. */
export function lineThroughParquet(folder: ResultFolder, line: string): string {
  return lineOfRow(folder, rowOfLine(folder, line));
}

async function* rowsOf(folder: ResultFolder, lines: AsyncIterable<string>): AsyncGenerator<Row> {
  for await (const line of lines) yield rowOfLine(folder, line);
}

function rowOfLine(folder: ResultFolder, line: string): Row {
  const record: Readonly<Record<string, unknown>> = JSON.parse(line);
  const row: Record<string, unknown> = {};
  for (const { name, key, type } of resultColumns[folder]) {
    const value = record[key];
    if (value === undefined || value === null) row[name] = undefined;
    else if (type === 'bigint') row[name] = BigInt(value as number);
    else row[name] = type === 'labels' || type === 'figures' ? JSON.stringify(value) : value;
  }
  return row;
}

function lineOfRow(folder: ResultFolder, row: Row): string {
  const record: Record<string, unknown> = { measurement: folder };
  for (const { name, key, type } of resultColumns[folder]) {
    const value = row[name];
    if (value === undefined || value === null) continue;
    if (type === 'bigint') record[key] = Number(value);
    else record[key] = type === 'labels' || type === 'figures' ? JSON.parse(String(value)) : value;
  }
  return JSON.stringify(record);
}
