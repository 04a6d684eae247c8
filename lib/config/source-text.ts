import type { Origin } from './tree.ts';

/** A file's text, with conversion from an offset to line and column. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) {
      this.#lineStarts.push(index + 1);
    }
  }

  /** The origin of the characters from `start` to `end`, cut off at the end of the first line. */
  originAt(start: number, end = start + 1): Origin {
    const offset = Math.max(0, Math.min(start, this.text.length));
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    const lineStart = this.#lineStarts[low]!;
    const newline = this.text.indexOf('\n', lineStart);
    const lineText = this.text.slice(lineStart, newline < 0 ? undefined : newline).replace(/\r$/, '');
    const rest = lineStart + lineText.trimEnd().length - offset;
    const length = Math.max(1, Math.min(end - offset, rest));
    return { file: this.file, line: low + 1, column: offset - lineStart + 1, length, lineText };
  }
}

/** How many source characters the escape at `at` of a double-quoted scalar takes. */
function escapeLength(source: string, at: number): number {
  const long = { x: 4, u: 6, U: 10 }[source[at + 1] ?? ''];
  return long ?? 2;
}

/**
 * The source offset of one character of a scalar's value. Walks both in parallel, over quotes, escapes,
 * folded lines and the indentation of blocks; `start` and `end` bound the scalar in the source.
 */
export function offsetInScalar(
  source: string,
  start: number,
  end: number,
  value: string,
  index: number,
): number {
  let at = start;
  const isDouble = source[at] === '"';
  if (/[|>]/.test(source[at] ?? '')) at = source.indexOf('\n', at) + 1;
  else if (isDouble || source[at] === "'") at++;
  for (let position = 0; at < end; position++) {
    const character = value[position];
    const isBlank = character === ' ' || character === '\n';
    const matches = () =>
      source[at] === character || (isBlank && /\s/.test(source[at]!)) || (isDouble && source[at] === '\\');
    while (at < end && !matches()) at++;
    if (position >= index) return Math.min(at, end);
    at += isDouble && source[at] === '\\' ? escapeLength(source, at) : 1;
  }
  return Math.min(at, end);
}
