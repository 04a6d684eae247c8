/** One row of a CSV text. */
export interface CsvRow {
  /** The line on which it begins, from 1 on. */
  readonly line: number;
  readonly fields: readonly string[];
  /** What makes it unreadable. */
  readonly problem?: string;
}

const BYTE_ORDER_MARK = '\ufeff';
/** A quote that is never closed must not swallow a whole file. */
const LONGEST_ROW = 1_000_000;

/**
 * Reads CSV as it arrives: fields between commas, in quotes where they hold a comma, a line's end, or a quote (written
 * twice). Lines end with LF, CRLF or CR; blank lines are passed over.
 * Source: RFC 4180.
 *
 * @param chunks pieces of the text, cut anywhere.
 */
export async function* csvRows(chunks: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  const reader = new RowReader();
  for await (const chunk of chunks) yield* reader.push(chunk);
  yield* reader.end();
}

/** `start` of a field, `plain` text, `quoted` text, or just `closed`: behind a quote that may be its first of two. */
type State = 'start' | 'plain' | 'quoted' | 'closed';

class RowReader {
  #state: State = 'start';
  #field = '';
  #fields: string[] = [];
  #problem: string | undefined;
  #line = 1;
  #rowLine = 1;
  #rowLength = 0;
  #isAfterReturn = false;
  #isFirst = true;

  *push(chunk: string): Generator<CsvRow> {
    let at = this.#isFirst && chunk.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    if (chunk.length > 0) this.#isFirst = false;
    while (at < chunk.length) {
      const text = this.#plainLine(chunk, at);
      if (text === undefined) {
        yield* this.#read(chunk[at] as string);
        at += 1;
        continue;
      }
      const fieldsText = text.endsWith('\r') ? text.slice(0, -1) : text;
      if (fieldsText.trim() !== '') yield { line: this.#line, fields: fieldsText.split(',') };
      this.#line += 1;
      this.#rowLine = this.#line;
      at += text.length + 1;
    }
  }

  /** The line that begins here when it is whole, ends with LF or CRLF and has no quotes, as most do. */
  #plainLine(chunk: string, start: number): string | undefined {
    if (this.#rowLength > 0 || this.#isAfterReturn) return undefined;
    const end = chunk.indexOf('\n', start);
    if (end < 0) return undefined;
    const text = chunk.slice(start, end);
    const carriageReturn = text.indexOf('\r');
    const hasOther = carriageReturn >= 0 && carriageReturn < text.length - 1;
    return text.includes('"') || hasOther ? undefined : text;
  }

  *#read(character: string): Generator<CsvRow> {
    const isSecondOfCrLf = this.#isAfterReturn && character === '\n';
    this.#isAfterReturn = character === '\r';
    if (isSecondOfCrLf) {
      if (this.#state === 'quoted') this.#field += character;
      return;
    }
    const isLineEnd = character === '\n' || character === '\r';
    if (isLineEnd) this.#line += 1;
    this.#rowLength += 1;
    if (isLineEnd && (this.#state !== 'quoted' || this.#rowLength > LONGEST_ROW)) yield* this.#endRow();
    else this.#take(character);
  }

  *end(): Generator<CsvRow> {
    yield* this.#endRow();
  }

  #take(character: string): void {
    if (this.#state === 'quoted') {
      if (character === '"') this.#state = 'closed';
      else this.#field += character;
    } else if (character === ',') this.#endField();
    else if (character === '"' && this.#state === 'start') this.#state = 'quoted';
    else if (character === '"' && this.#state === 'closed') {
      this.#field += '"';
      this.#state = 'quoted';
    } else {
      if (character === '"') this.#problem ??= 'a quote stands inside a field that does not begin with one';
      if (this.#state === 'closed') this.#problem ??= 'text follows a closing quote';
      this.#field += character;
      if (this.#state === 'start') this.#state = 'plain';
    }
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  *#endRow(): Generator<CsvRow> {
    if (this.#state === 'quoted') this.#problem ??= 'a quote is not closed';
    const isBlank = this.#fields.length === 0 && this.#field.trim() === '' && this.#state !== 'closed';
    this.#endField();
    const [fields, problem, line] = [this.#fields, this.#problem, this.#rowLine];
    this.#fields = [];
    this.#problem = undefined;
    this.#rowLine = this.#line;
    this.#rowLength = 0;
    if (isBlank && problem === undefined) return;
    yield problem === undefined ? { line, fields } : { line, fields, problem };
  }
}
