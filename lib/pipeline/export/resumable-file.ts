import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compressed = promisify(gzip);

/** How far a file is written. */
interface Progress {
  /** What is exported; another export must not go on with this file. */
  readonly what: string;
  readonly partsWritten: number;
  readonly bytes: number;
}

/**
 * A file that is written in parts, each of which counts when it is whole: what is interrupted goes on with the part that
 * it was in. Until it is complete it is named `FILE.part`, with `FILE.part.json` beside it.
 */
export class ResumableFile {
  readonly #path: string;
  readonly #what: string;
  readonly #isGzip: boolean;
  #progress: Progress;

  /** @param path one that ends in `.gz` is compressed, each part by itself, which together are one gzip file. */
  private constructor(path: string, what: string, progress: Progress) {
    this.#path = path;
    this.#what = what;
    this.#isGzip = path.endsWith('.gz');
    this.#progress = progress;
  }

  /**
   * Opens a file to write, or to go on with.
   *
   * @param what describes the export: only the same one goes on with a file.
   */
  static async open(path: string, what: string): Promise<ResumableFile> {
    const nothing: Progress = { what, partsWritten: 0, bytes: 0 };
    let known: Progress = nothing;
    try {
      known = JSON.parse(await readFile(`${path}.part.json`, 'utf8'));
    } catch {
      // There is none, or one that an interruption left unfinished: all is written from the start.
    }
    const file = new ResumableFile(path, what, known.what === what ? known : nothing);
    await file.#truncate();
    return file;
  }

  /** Parts that an earlier run has written. */
  get partsWritten(): number {
    return this.#progress.partsWritten;
  }

  /** Writes the next part, and notes that it is whole. */
  async writePart(texts: AsyncIterable<string>): Promise<void> {
    await using file = await open(`${this.#path}.part`, 'r+');
    let { bytes } = this.#progress;
    for await (const text of texts) {
      const data = this.#isGzip ? await compressed(text) : Buffer.from(text);
      await file.write(data, 0, data.length, bytes);
      bytes += data.length;
    }
    await file.sync();
    this.#progress = { what: this.#what, partsWritten: this.#progress.partsWritten + 1, bytes };
    await writeFile(`${this.#path}.part.json`, JSON.stringify(this.#progress));
  }

  /** Gives the file its name. */
  async complete(): Promise<void> {
    await this.#truncate();
    await rename(`${this.#path}.part`, this.#path);
    await rm(`${this.#path}.part.json`, { force: true });
  }

  async #truncate(): Promise<void> {
    await using file = await open(`${this.#path}.part`, 'a');
    await file.truncate(this.#progress.bytes);
  }
}
