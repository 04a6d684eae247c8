const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** `{"data":{"result":[` : a list of series opens at the third level, each of its elements at the fourth. */
const LIST_DEPTH = 3;

/**
 * Cuts an answer of Prometheus' API into its series while it arrives, so that a large one is never in memory as a
 * whole: the objects of a list at the third level are handed over as they are complete, and in what is left, the
 * envelope, a pair `[first, count]` takes their place. It checks no JSON: what it cuts is for JSON.parse to judge.
 *
 * Written by hand for speed: a streaming JSON parser calls back for every number, and numbers are nearly all of an answer.
 * This looks at brackets and quotes alone, and leaves the numbers to the runtime's own parser.
 */
export class MatrixReader {
  readonly #take: (elements: string) => number;
  readonly #envelope: Uint8Array[] = [];
  /** Of an element that is not complete yet, from earlier chunks. */
  #begun: Uint8Array[] = [];
  #taken = 0;
  #depth = 0;
  #isInList = false;
  #isInString = false;
  #isEscaped = false;
  /** Between the first element that was not handed over and the list's end. */
  #isInRun = false;

  /** @param take is given elements with the commas between them, in order, and says how many they are. */
  constructor(take: (elements: string) => number) {
    this.#take = take;
  }

  /** Reads on; chunks may be cut anywhere, within a character too. */
  push(chunk: Uint8Array): void {
    // Local variables make this loop, which sees every byte, three times as fast as fields would.
    let [depth, isInString, isEscaped] = [this.#depth, this.#isInString, this.#isEscaped];
    let from = 0;
    let elementStart = 0;
    let runEnd = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isInString = false;
      } else if (byte === QUOTE) isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1;
        if (depth === LIST_DEPTH) this.#isInList = byte === OPEN_BRACKET;
        else if (depth === LIST_DEPTH + 1 && this.#isInList && byte === OPEN_BRACE) {
          elementStart = at;
          if (this.#isInRun) continue;
          this.#envelope.push(chunk.slice(from, at));
          from = at;
          this.#isInRun = true;
        }
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (!this.#isInRun) continue;
        if (depth === LIST_DEPTH) runEnd = at + 1;
        else if (depth < LIST_DEPTH) {
          this.#handOver(chunk.subarray(from, runEnd));
          from = runEnd;
          this.#isInRun = false;
        }
      }
    }
    if (this.#isInRun && runEnd > from) {
      this.#handOver(chunk.subarray(from, runEnd));
      from = runEnd;
      this.#isInRun = depth > LIST_DEPTH;
      if (this.#isInRun) {
        this.#envelope.push(chunk.slice(runEnd, elementStart));
        from = elementStart;
      }
    }
    [this.#depth, this.#isInString, this.#isEscaped] = [depth, isInString, isEscaped];
    // A copy: the line may use its buffer again.
    (this.#isInRun ? this.#begun : this.#envelope).push(chunk.slice(from));
  }

  /** What is left when everything was read: the envelope, with the numbers of its elements in their places. */
  end(): string {
    return textOf([...this.#envelope, ...this.#begun]);
  }

  #handOver(elements: Uint8Array): void {
    const count = this.#take(textOf([...this.#begun, elements]));
    this.#begun = [];
    this.#envelope.push(Buffer.from(`[${this.#taken},${count}]`));
    this.#taken += count;
  }
}

function textOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString('utf8');
}
