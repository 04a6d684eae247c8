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

/** A line of results as a row: its columns by name. */
export type ResultRow = Readonly<Record<string, unknown>>;

/** Rows of results as one Parquet file. */
export async function parquetOfRows(
  folder: ResultFolder,
  rows: AsyncIterable<ResultRow>,
): Promise<Uint8Array> {
  const writer = new ByteWriter();
  await parquetWriteRows({
    writer,
    rows,
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

/** The lines of a Parquet file, as they were but for keys without a value. */
export async function* linesOfParquet(folder: ResultFolder, bytes: Uint8Array): AsyncGenerator<string> {
  for await (const row of rowsOfParquet(bytes)) yield lineOfRow(folder, row);
}

/** The rows of a Parquet file, a row group at a time. */
export async function* rowsOfParquet(bytes: Uint8Array): AsyncGenerator<ResultRow> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = rowStart + Number(count);
    yield* await parquetReadObjects({ file, metadata, rowStart, rowEnd });
    rowStart = rowEnd;
  }
}

/**
 * A line as a row.
 *
 * @returns undefined where the columns can't hold all that it says.
 */
export function rowOfLine(folder: ResultFolder, line: string): ResultRow | undefined {
  let record: Readonly<Record<string, unknown>>;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  const columns = resultColumns[folder];
  const row: Record<string, unknown> = {};
  let keys = 'measurement' in record && columns[0]?.key !== 'measurement' ? 1 : 0;
  for (const { name, key, type } of columns) {
    const value = record[key];
    if (key in record) keys += 1;
    if (value === undefined || value === null) row[name] = undefined;
    else if (type === 'bigint') row[name] = BigInt(value as number);
    else row[name] = type === 'labels' || type === 'figures' ? JSON.stringify(value) : value;
  }
  return keys === Object.keys(record).length ? row : undefined;
}

/** A row as a line. */
export function lineOfRow(folder: ResultFolder, row: ResultRow): string {
  const record: Record<string, unknown> = { measurement: folder };
  for (const { name, key, type } of resultColumns[folder]) {
    const value = row[name];
    if (value === undefined || value === null) continue;
    if (type === 'bigint') record[key] = Number(value);
    else record[key] = type === 'labels' || type === 'figures' ? JSON.parse(String(value)) : value;
  }
  return JSON.stringify(record);
}
