import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { manualSource } from '../../../lib/sources/manual/manual-source.ts';

const LINES = [
  '{"metric":"cpu","labels":{"host":"a"},"time":60,"value":1}',
  '',
  '{"metric":"cpu","labels":{"host":"b"},"time":"1970-01-01T00:01:00Z","value":2}',
  '{"metric":"memory","time":60,"value":3}',
  '{"metric":"cpu","labels":{"host":"a"},"time":121,"value":null}',
  '{"metric":"cpu","labels":{"host":"a"},"time":119,"value":4}',
];
const range = (query: string) => ({ query, startSeconds: 60, endSeconds: 180, stepSeconds: 60 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-manual-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fromInput = (text: string) => manualSource({ path: '-', standardInput: Readable.from([text]) });

describe('the manual source', () => {
  it('answers a metric by its name, with the series of its lines', async () => {
    const source = fromInput(LINES.join('\n'));
    const { series, warnings } = await source.queryRange(range('cpu'));
    expect(warnings).toEqual([]);
    expect(
      series.map(({ labels, samples }) => [labels, [...samples.timesSeconds], [...samples.values]]),
    ).toEqual([
      [{ __name__: 'cpu', host: 'a' }, [60, 120], [1, 4]],
      [{ __name__: 'cpu', host: 'b' }, [60], [2]],
    ]);
    expect((await source.queryRange(range('memory'))).series).toHaveLength(1);
    expect((await source.queryRange(range('disk'))).series).toEqual([]);
  });

  it('reads a file, whatever ends its lines', async () => {
    const path = join(folder, 'samples.ndjson');
    writeFileSync(path, `\ufeff${LINES.join('\r\n')}`);
    const source = manualSource({ path, standardInput: Readable.from([]) });
    expect((await source.queryRange(range('cpu'))).series).toHaveLength(2);
  });

  it('skips lines that it can not read, and reports which', async () => {
    const bad = ['{"metric":"cpu"', '{"metric":"cpu","time":1}', '{"metric":"cpu","time":"soon","value":1}'];
    const { series, warnings } = await fromInput([...LINES, ...bad].join('\n')).queryRange(range('cpu'));
    expect(series).toHaveLength(2);
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toMatch(/^standard input, line 7: not JSON/);
    expect(warnings[1]).toMatch(/line 8: value: /);
    expect(warnings[2]).toMatch(/line 9: time: "soon" is not a time/);
  });

  it('refuses an input of which nothing can be read', async () => {
    await expect(fromInput('time,value\n1,2\n').queryRange(range('cpu'))).rejects.toThrow(SourceQueryError);
  });

  it('is unavailable while its file is not there', async () => {
    const source = manualSource({ path: join(folder, 'none'), standardInput: Readable.from([]) });
    await expect(source.queryRange(range('cpu'))).rejects.toThrow(SourceUnavailableError);
  });
});
