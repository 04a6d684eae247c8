import type { CsvError, Info, Options } from 'csv-parse/sync';

/** One row of a CSV text. */
export interface CsvRow {
  /** The line on which it begins, from 1 on. */
  readonly line: number;
  readonly fields: readonly string[];
  /** What makes it unreadable. */
  readonly problem?: string;
}

type Parse = typeof import('csv-parse/sync').parse;

const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = [10, 13, 34];
/** A quote that is never closed must not swallow a whole file. */
const LONGEST_ROW_BYTES = 1_000_000;
/** Rows of other lengths than the first are for the reader of the rows to judge. */
const DIALECT: Options = { record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true };

const PROBLEMS: Readonly<Partial<Record<CsvError['code'] | 'INVALID_OPENING_QUOTE', string>>> = {
  INVALID_OPENING_QUOTE: 'a quote stands inside a field that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
};

/**
 * Reads CSV in UTF-8 as it arrives: fields between commas, in quotes where they hold a comma, a line's end, or a quote
 * (written twice). Lines end with LF, CRLF or CR; blank lines are skipped. A row that breaks these rules is given with its
 * problem, and the next line is read as usual.
 * Source: RFC 4180.
 *
 * @param chunks pieces of the text, cut anywhere.
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  // Loaded when a file is read and not before: the functions read none, and are bundled without it (lib/cdk/node-function.ts).
  const { parse } = await import('csv-parse/sync');
  const reader = new RowReader(parse);
  for await (const chunk of chunks) yield* reader.push(chunk);
  yield* reader.end();
}

class RowReader {
  readonly #parse: Parse;
  /** What is not read yet: the beginning of a row. */
  #text: Uint8Array = Buffer.alloc(0);
  /** The line on which it begins. */
  #line = 1;
  #isFirst = true;

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  push(chunk: Uint8Array): CsvRow[] {
    this.#text = Buffer.concat([this.#text, chunk]);
    return this.#rows(wholeLines(this.#text), false);
  }

  end(): CsvRow[] {
    return this.#rows(this.#text.length, true);
  }

  /** The rows in the text up to `whole`, a line's end. */
  #rows(whole: number, isLast: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    let end = whole;
    while (end > 0) {
      const { read, problem } = this.#readRows(this.#text.subarray(0, end), rows);
      end -= read;
      if (problem === undefined) continue;
      const isCut = problem === PROBLEMS.CSV_QUOTE_NOT_CLOSED;
      if (isCut && !isLast && end < LONGEST_ROW_BYTES) break;
      end -= this.#skipRow(this.#text.subarray(0, end), isCut, problem, rows);
    }
    return rows;
  }

  /** Reads rows until the text ends or one has a problem. */
  #readRows(text: Uint8Array, rows: CsvRow[]): { readonly read: number; readonly problem?: string } {
    if (!text.includes(QUOTE)) return this.#readPlainRows(text, rows);
    let read = 0;
    const take = (fields: string[], { bytes }: Info): null => {
      if (text[read] === QUOTE || !isBlank(fields)) rows.push({ line: this.#line, fields });
      this.#line += linesIn(text, read, bytes);
      read = bytes;
      return null;
    };
    try {
      this.#parse(text, { ...DIALECT, bom: this.#isFirst, on_record: take });
      this.#drop(text.length);
      return { read: text.length };
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      this.#drop(read);
      return { read, problem };
    }
  }

  /** Without quotes each line is a row, so that their places need not be asked for: half the time. */
  #readPlainRows(text: Uint8Array, rows: CsvRow[]): { readonly read: number } {
    for (const fields of this.#parse(text, { ...DIALECT, bom: this.#isFirst })) {
      if (!isBlank(fields)) rows.push({ line: this.#line, fields });
      this.#line += 1;
    }
    this.#drop(text.length);
    return { read: text.length };
  }

  /** Skips the row that the text begins with; of one whose quote is never closed, its first line. */
  #skipRow(text: Uint8Array, isCut: boolean, problem: string, rows: CsvRow[]): number {
    let fields: string[] = [];
    let bytes = text.length;
    const take = (record: string[], info: Info): null => {
      [fields, bytes] = [record, info.bytes];
      return null;
    };
    const options: Options = { ...DIALECT, bom: this.#isFirst, to: 1, on_record: take };
    try {
      this.#parse(text, { ...options, ...(isCut ? { quote: false } : { relax_quotes: true }) });
    } catch (error) {
      // A later quote of the row is not closed either.
      if (problemOf(error) === undefined) throw error;
      this.#parse(text, { ...options, quote: false });
    }
    rows.push({ line: this.#line, fields, problem });
    this.#line += linesIn(text, 0, bytes);
    this.#drop(bytes);
    return bytes;
  }

  #drop(bytes: number): void {
    if (bytes > 0) this.#isFirst = false;
    this.#text = this.#text.subarray(bytes);
  }
}

function isBlank(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0]?.trim() === '';
}

/** What makes a row unreadable, in our words; undefined for an error of another kind. */
function problemOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return Object.entries(PROBLEMS).find(([known]) => known === code)?.[1];
}

/** Up to where a text consists of whole lines; a carriage return at its end may be half of a line's end. */
function wholeLines(text: Uint8Array): number {
  const beforeLast = text.subarray(0, -1);
  const afterReturn = beforeLast.lastIndexOf(CARRIAGE_RETURN) + 1;
  const isPair = text[afterReturn] === LINE_FEED;
  return Math.max(text.lastIndexOf(LINE_FEED) + 1, isPair ? 0 : afterReturn);
}

function linesIn(text: Uint8Array, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at += 1) {
    if (text[at] === LINE_FEED || (text[at] === CARRIAGE_RETURN && text[at + 1] !== LINE_FEED)) lines += 1;
  }
  return lines;
}
