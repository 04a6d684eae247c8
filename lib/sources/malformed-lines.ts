/** More than this are only counted. */
const REPORTED = 10;

/** Lines of a file that could not be read: the first few are reported, all are counted. */
export class MalformedLines {
  readonly #reported: string[] = [];
  #count = 0;

  add(line: number, problem: string): void {
    this.#count += 1;
    if (this.#reported.length < REPORTED) this.#reported.push(`line ${line}: ${problem}`);
  }

  get count(): number {
    return this.#count;
  }

  /** Sentences for people, empty when every line was good. */
  warnings(path: string): string[] {
    const more = this.#count - this.#reported.length;
    return [
      ...this.#reported.map((problem) => `${path}, ${problem}`),
      ...(more > 0 ? [`${path}: ${more} more lines could not be read`] : []),
    ];
  }
}
