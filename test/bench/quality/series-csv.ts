import { CorpusError } from './errors.ts';

/** The rows of one file of a corpus, in the file's order. */
export interface SeriesRows {
  /** Unix time in seconds; stamps without a zone are UTC. */
  readonly timesSeconds: Float64Array;
  /** NaN where the file has no value. */
  readonly values: Float64Array;
  /** 1 where a row is labelled, else 0; all 0 without a label column. */
  readonly labels: Uint8Array;
}

const CALENDAR_TIME = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?Z?$/;

/**
 * Reads `timestamp,value[,label]` rows; columns in any order, others are ignored.
 *
 * @param file stands in the errors.
 * @param valueName the column to take the values from.
 * @throws CorpusError naming file and line when the header, a cell or a row is malformed.
 */
export function parseSeriesCsv(text: string, file: string, valueName = 'value'): SeriesRows {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  const header = (lines[0] ?? '').split(',').map((name) => name.trim());
  const timestampColumn = header.indexOf('timestamp');
  const valueColumn = header.indexOf(valueName);
  const labelColumn = header.indexOf('label');
  if (timestampColumn < 0 || valueColumn < 0)
    throw new CorpusError(
      `${file}:1`,
      `the header is "${lines[0] ?? ''}"`,
      `Begin the file with "timestamp,${valueName}" or "timestamp,${valueName},label".`,
    );
  const rows = lines.length - 1;
  if (rows === 0) throw new CorpusError(`${file}:2`, 'there are no rows', 'Remove the file or fill it.');
  const read: SeriesRows = {
    timesSeconds: new Float64Array(rows),
    values: new Float64Array(rows),
    labels: new Uint8Array(rows),
  };
  for (let row = 0; row < rows; row += 1) {
    const where = `${file}:${row + 2}`;
    const cells = lines[row + 1]!.split(',');
    if (cells.length !== header.length)
      throw new CorpusError(
        where,
        `${cells.length} cells, but the header has ${header.length}`,
        'Give each row one cell a column.',
      );
    read.timesSeconds[row] = timeIn(cells[timestampColumn]!.trim(), where);
    read.values[row] = valueIn(cells[valueColumn]!.trim(), where);
    if (labelColumn >= 0) read.labels[row] = labelIn(cells[labelColumn]!.trim(), where);
  }
  return read;
}

/**
 * The Unix time in seconds that a text names: a number, or a calendar time of UTC.
 *
 * @throws CorpusError naming where it stands.
 */
export function timeIn(cell: string, where: string): number {
  const seconds = cell === '' ? Number.NaN : Number(cell);
  if (Number.isFinite(seconds)) return seconds;
  const parts = CALENDAR_TIME.exec(cell);
  if (parts === null)
    throw new CorpusError(
      where,
      `"${cell}" is not a time`,
      'Write Unix seconds or "2014-02-14 14:30:00" (UTC).',
    );
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0));
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) / 1000;
}

function valueIn(cell: string, where: string): number {
  if (cell === '' || cell.toLowerCase() === 'nan') return Number.NaN;
  const value = Number(cell);
  if (Number.isNaN(value))
    throw new CorpusError(
      where,
      `"${cell}" is not a value`,
      'Write a number, or nothing where it is missing.',
    );
  return value;
}

function labelIn(cell: string, where: string): number {
  const label = cell === '' ? Number.NaN : Number(cell);
  if (label !== 0 && label !== 1) throw new CorpusError(where, `"${cell}" is not a label`, 'Write 0 or 1.');
  return label;
}
