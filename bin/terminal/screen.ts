import { fitToWidth } from './fit-to-width.ts';

/** Draws frames over each other on a terminal; draws nothing on other streams. */
export class Screen implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #isLive: boolean;
  #height = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#isLive = stream.isTTY === true && process.env.TERM !== 'dumb';
    if (this.#isLive) stream.write('\x1b[?25l');
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  get columns(): number {
    return this.#stream.columns || 100;
  }

  /** Replaces the last frame. */
  draw(lines: readonly string[]): void {
    if (!this.#isLive) return;
    const shown = lines.slice(0, Math.max(1, (this.#stream.rows || 40) - 1));
    // A line that wraps takes two rows, and the next frame would begin one row too low.
    const fitting = shown.map((line) => fitToWidth(line, this.columns));
    const up = this.#height > 0 ? `\x1b[${this.#height}A\r` : '';
    this.#stream.write(`${up}${fitting.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[0J`);
    this.#height = fitting.length;
  }

  [Symbol.dispose](): void {
    if (this.#isLive) this.#stream.write('\x1b[?25h');
  }
}
