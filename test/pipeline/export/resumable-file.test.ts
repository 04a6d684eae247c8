import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ResumableFile } from '../../../lib/pipeline/export/resumable-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-resumable-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function* texts(...parts: readonly string[]): AsyncGenerator<string> {
  yield* parts;
}

async function* interrupted(text: string): AsyncGenerator<string> {
  yield text;
  throw new Error('Ctrl-C');
}

describe('a file that is written in parts', () => {
  it.each(['rows.csv', 'rows.csv.gz'])(
    '%s goes on after an interruption with the part it was in',
    async (name) => {
      const path = join(folder, name);
      const first = await ResumableFile.open(path, 'a day');
      await first.writePart(texts('one\n', 'two\n'));
      await expect(first.writePart(interrupted('half of three'))).rejects.toThrow('Ctrl-C');
      const second = await ResumableFile.open(path, 'a day');
      expect(second.partsWritten).toBe(1);
      await second.writePart(texts('three\n'));
      await second.complete();
      const bytes = await readFile(path);
      expect((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()).toBe('one\ntwo\nthree\n');
      expect(existsSync(`${path}.part`)).toBe(false);
      expect(existsSync(`${path}.part.json`)).toBe(false);
    },
  );

  it('starts again when another export was interrupted, or its notes are damaged', async () => {
    const path = join(folder, 'rows.csv');
    await (await ResumableFile.open(path, 'a day')).writePart(texts('other\n'));
    const other = await ResumableFile.open(path, 'another day');
    expect(other.partsWritten).toBe(0);
    await other.writePart(texts('mine\n'));
    await appendFile(`${path}.part.json`, '{');
    const damaged = await ResumableFile.open(path, 'another day');
    expect(damaged.partsWritten).toBe(0);
    await damaged.writePart(texts('again\n'));
    await damaged.complete();
    expect(await readFile(path, 'utf8')).toBe('again\n');
  });

  it('never has its name before it is complete', async () => {
    const path = join(folder, 'rows.csv');
    await (await ResumableFile.open(path, 'a day')).writePart(texts('one\n'));
    expect(existsSync(path)).toBe(false);
  });
});
