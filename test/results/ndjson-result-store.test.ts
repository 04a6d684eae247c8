import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ndjsonFileLines } from '../../lib/results/ndjson-file-lines.ts';
import { NdjsonResultStore } from '../../lib/results/ndjson-result-store.ts';
import type { GapRecord } from '../../lib/results/result-store.ts';

const gap = (metric: string): GapRecord => ({
  measurement: 'gap',
  metric,
  startSeconds: 0,
  endSeconds: 60,
  skippedSeconds: 60,
});

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-ndjson-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'verdicts.ndjson');
  writeFileSync(path, content);
  return path;
}

const metricsIn = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).metric);

it('closes a line that a full disk or a kill has torn before it writes the next one', async () => {
  const path = fileWith(`${JSON.stringify(gap('whole'))}\n{"measurement":"gap","met`);
  const store = new NdjsonResultStore(path);
  await store.write([gap('after'), gap('last')]);
  const [first, torn, ...rest] = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(metricsIn([first!, ...rest])).toEqual(['whole', 'after', 'last']);
  expect(torn).toBe('{"measurement":"gap","met');
});

it('adds no empty line to a file that is whole, nor to an empty one', async () => {
  for (const content of ['', `${JSON.stringify(gap('whole'))}\n`]) {
    const path = fileWith(content);
    await new NdjsonResultStore(path).write([gap('next')]);
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(metricsIn(lines.slice(0, -1)).at(-1)).toBe('next');
    expect(lines.filter((line) => line === '')).toEqual(['']);
  }
});

const DAY_MILLISECONDS = 86_400_000;
const NOON = Date.UTC(2026, 10, 28, 12);

describe('result files', () => {
  /** A store whose file was last written to at a time. */
  async function written(at: number, bounds = { fileBytes: 1e6, totalBytes: 1e7 }) {
    const path = fileWith('');
    const clock = { now: at };
    const store = new NdjsonResultStore(path, 100, bounds, () => clock.now);
    const write = async (metric: string, count = 1) => {
      await store.write(Array.from({ length: count }, () => gap(metric)));
      utimesSync(path, clock.now / 1000, clock.now / 1000);
    };
    const names = () => readdirSync(join(path, '..')).toSorted();
    const read = async (since = 0) => {
      const lines: string[] = [];
      for await (const line of ndjsonFileLines(path, since)) lines.push(line);
      return metricsIn(lines);
    };
    return { path, clock, write, names, read };
  }

  it('get a new name with the first line of another day, by UTC, and are all read, oldest first', async () => {
    const { clock, write, names, read } = await written(NOON);
    await write('first');
    clock.now += DAY_MILLISECONDS / 2 - 1;
    await write('second');
    expect(names()).toEqual(['verdicts.ndjson']);
    clock.now += 1;
    await write('third');
    expect(names()).toEqual([`verdicts-2026-11-28T235959.999-${process.pid}.ndjson`, 'verdicts.ndjson']);
    expect(await read()).toEqual(['first', 'second', 'third']);
  });

  it('get a new name when they are full, also several in the same millisecond', async () => {
    const { write, names, read } = await written(NOON, { fileBytes: 200, totalBytes: 1e6 });
    for (const metric of ['a', 'b', 'c']) await write(metric, 3);
    expect(names()).toHaveLength(3);
    expect(new Set(await read())).toEqual(new Set(['a', 'b', 'c']));
    expect(await read()).toHaveLength(9);
  });

  it('are removed, the oldest first, where they are more than the total together', async () => {
    const { clock, write, names, read } = await written(NOON, { fileBytes: 200, totalBytes: 1000 });
    for (let number = 0; number < 20; number += 1) {
      clock.now += 1000;
      await write(`m${number}`, 3);
    }
    expect(names().length).toBeLessThan(6);
    const left = await read();
    expect(left.at(-1)).toBe('m19');
    expect(left).not.toContain('m0');
    expect(left.length * JSON.stringify(gap('m10')).length).toBeLessThan(1200);
  });

  it('are one large file that was written before there was rotation, and read as ever', async () => {
    const { path, clock, write, names, read } = await written(NOON, { fileBytes: 100, totalBytes: 1e6 });
    writeFileSync(path, `${JSON.stringify(gap('old'))}\n`.repeat(50));
    expect(await read()).toHaveLength(50);
    clock.now += 1000;
    await write('new');
    expect(names()).toHaveLength(2);
    expect(await read()).toEqual([...Array.from({ length: 50 }, () => 'old'), 'new']);
  });

  it('are left out where they were last written to more than a day before the window', async () => {
    const { clock, write, read } = await written(NOON);
    await write('old');
    clock.now += 3 * DAY_MILLISECONDS;
    await write('new');
    expect(await read(clock.now / 1000)).toEqual(['new']);
    expect(await read(clock.now / 1000 - 2.5 * 86_400)).toEqual(['old', 'new']);
  });

  it('are read once where one gets a new name while it is read, and what is written meanwhile is read too', async () => {
    const { path, clock, write } = await written(NOON);
    await write('first');
    const lines = ndjsonFileLines(path, 0);
    const seen = [(await lines.next()).value];
    clock.now += DAY_MILLISECONDS;
    await write('second');
    for await (const line of lines) seen.push(line);
    expect(metricsIn(seen as string[])).toEqual(['first', 'second']);
  });

  it('may be read in part, as by a pipe that is closed, and none at all is no error', async () => {
    const { path, write, read } = await written(NOON);
    await write('first', 1000);
    for await (const line of ndjsonFileLines(path, 0)) {
      expect(line).toContain('first');
      break;
    }
    rmSync(path);
    expect(await read()).toEqual([]);
    expect(await Array.fromAsync(ndjsonFileLines('/nowhere/at/all.ndjson', 0))).toEqual([]);
  });
});
