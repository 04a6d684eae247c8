import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
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
