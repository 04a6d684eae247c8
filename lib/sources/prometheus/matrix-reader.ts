const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** `{"data":{"result":[` : an element of the result opens at the fourth level. */
const ELEMENT_DEPTH = 4;

/**
 * Cuts an answer of Prometheus' API into its series while it arrives, so that a large one is never in memory as a
 * whole: each object that stands in a list at the third level is handed over as its own JSON text, and its number takes
 * its place in what is left, the envelope. It checks no JSON: what it cuts is for JSON.parse to judge.
 */
export class MatrixReader {
  readonly #take: (text: string, index: number) => void;
  readonly #envelope: Uint8Array[] = [];
  #element: Uint8Array[] = [];
  #elementCount = 0;
  #depth = 0;
  #isInList = false;
  #isInString = false;
  #isEscaped = false;
  #isInElement = false;

  /** @param take is given each element's text, in order. */
  constructor(take: (text: string, index: number) => void) {
    this.#take = take;
  }

  /** Reads on; chunks may be cut anywhere, within a character too. */
  push(chunk: Uint8Array): void {
    // Local variables make this loop, which sees every byte, three times as fast as fields would.
    let [depth, isInString, isEscaped] = [this.#depth, this.#isInString, this.#isEscaped];
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isInString = false;
      } else if (byte === QUOTE) isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1;
        if (depth === ELEMENT_DEPTH - 1) this.#isInList = byte === OPEN_BRACKET;
        else if (depth === ELEMENT_DEPTH && this.#isInList && byte === OPEN_BRACE) {
          this.#envelope.push(chunk.slice(from, at));
          from = at;
          this.#isInElement = true;
        }
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === ELEMENT_DEPTH - 1 && this.#isInElement) {
          this.#element.push(chunk.subarray(from, at + 1));
          from = at + 1;
          this.#endElement();
        }
      }
    }
    [this.#depth, this.#isInString, this.#isEscaped] = [depth, isInString, isEscaped];
    // A copy: the line may use its buffer again.
    if (from < chunk.length) (this.#isInElement ? this.#element : this.#envelope).push(chunk.slice(from));
  }

  /** What is left when everything was read: the envelope, with the numbers of its elements in their places. */
  end(): string {
    return textOf(this.#isInElement ? [...this.#envelope, ...this.#element] : this.#envelope);
  }

  #endElement(): void {
    const text = textOf(this.#element);
    this.#element = [];
    this.#isInElement = false;
    this.#envelope.push(Buffer.from(String(this.#elementCount)));
    this.#take(text, this.#elementCount);
    this.#elementCount += 1;
  }
}

function textOf(pieces: readonly Uint8Array[]): string {
  const [only] = pieces;
  const bytes = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
