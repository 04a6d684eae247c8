import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import type { ExportColumn, ExportRow } from './export-rows.ts';

/** Rows of a row group of Parquet: as many are held in memory at a time. */
const ROWS_PER_GROUP = 20_000;
const LINES_PER_TEXT = 1000;

/** The forms of text. */
export type TextFormat = 'csv' | 'ndjson';

/**
 * Rows as text, in pieces of at most a thousand lines.
 *
 * @param hasHeading whether the first line names the columns; CSV only.
 */
export async function* textOfRows(
  rows: AsyncIterable<ExportRow>,
  columns: readonly ExportColumn[],
  format: TextFormat,
  hasHeading: boolean,
): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name);
  const lineOf = format === 'csv' ? csvLine : ndjsonLine;
  let lines = format === 'csv' && hasHeading ? [`${names.join(',')}\n`] : [];
  for await (const row of rows) {
    lines.push(lineOf(row, names));
    if (lines.length < LINES_PER_TEXT) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
}

/**
 * Writes rows to a Parquet file, a row group at a time.
 *
 * @param path is replaced.
 * @throws the errors of the rows and of the file system.
 */
export async function writeParquet(
  rows: AsyncIterable<ExportRow>,
  columns: readonly ExportColumn[],
  path: string,
): Promise<void> {
  await parquetWriteRows({
    writer: fileWriter(path),
    rows,
    columns: columns.map((column) => ({ ...column, nullable: true })),
    rowGroupSize: ROWS_PER_GROUP,
    createdBy: 'tidemark',
  });
}

function csvLine(row: ExportRow, names: readonly string[]): string {
  return `${names.map((name) => csvField(row[name])).join(',')}\n`;
}

/** Source: RFC 4180, section 2. */
function csvField(value: ExportRow[string]): string {
  if (value === undefined) return '';
  const text = value instanceof Date ? value.toISOString() : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function ndjsonLine(row: ExportRow, names: readonly string[]): string {
  return `${JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name]])))}\n`;
}
