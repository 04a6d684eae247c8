import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CsvOptions, csvSource } from '../../../lib/sources/csv/csv-source.ts';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-csv-'));
  path = join(folder, 'cpu.csv');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const COLUMNS: Omit<CsvOptions, 'path'> = {
  timeColumn: 'timestamp',
  valueColumn: 'value',
  labelColumns: [],
  timeZone: 'UTC',
};
const open = (text: string, options: Partial<CsvOptions> = {}) => {
  writeFileSync(path, text);
  return csvSource({ path, ...COLUMNS, ...options });
};
const grid = { query: 'anything', startSeconds: 0, endSeconds: 600, stepSeconds: 60 };

describe('the CSV source', () => {
  it('reads a file that is packed by gzip, and says so of one that only claims to be', async () => {
    const packed = `${path}.gz`;
    writeFileSync(packed, gzipSync('timestamp,value\n0,1\n60,2\n'));
    const { series } = await csvSource({ path: packed, ...COLUMNS }).recording();
    expect(series.map(({ samples }) => [...samples.values])).toEqual([[1, 2]]);
    writeFileSync(packed, 'timestamp,value\n0,1\n');
    await expect(csvSource({ path: packed, ...COLUMNS }).recording()).rejects.toThrow(
      /\.gz can't be read: incorrect header check/,
    );
  });

  it('gives each combination of labels as a series, at the times of the file', async () => {
    const source = open(
      '\ufeffhost,timestamp,"value","note"\r\na,0,1,"x, y"\r\nb,0,2,\r\na,61,3,\r\n"",61,4,"q""q"\r\n',
      { labelColumns: ['host'] },
    );
    const { series, warnings } = await source.recording();
    expect(warnings).toEqual([]);
    expect(
      series.map(({ labels, samples }) => [labels, [...samples.timesSeconds], [...samples.values]]),
    ).toEqual([
      [{ host: 'a' }, [0, 61], [1, 3]],
      [{ host: 'b' }, [0], [2]],
      [{}, [61], [4]],
    ]);
  });

  it('answers a range by its steps: a sample belongs to the step at which it stands or the next', async () => {
    const source = open('timestamp,value\n60,1\n119,2\n1970-01-01T00:02:01Z,3\n');
    const { series } = await source.queryRange(grid);
    expect([...(series[0]?.samples.timesSeconds ?? [])]).toEqual([60, 120, 180]);
    expect([...(series[0]?.samples.values ?? [])]).toEqual([1, 2, 3]);
  });

  it('sorts rows that are out of order, and of two at one time takes the later', async () => {
    const { series } = await open('timestamp,value\n120,3\n60,1\n180,4\n60,2\n').recording();
    expect([...(series[0]?.samples.timesSeconds ?? [])]).toEqual([60, 120, 180]);
    expect([...(series[0]?.samples.values ?? [])]).toEqual([2, 3, 4]);
  });

  it('skips what is malformed and reports the lines, and takes an empty value for a missing sample', async () => {
    const source = open(
      'timestamp,value\n60,1\n120\n180,one\nyesterday,4\n240,\n300,NaN\n360,"7\n420,8"\n480,-Inf\n',
    );
    const { series, warnings } = await source.queryRange(grid);
    expect([...(series[0]?.samples.values ?? [])]).toEqual([1, -Infinity]);
    expect(warnings).toEqual([
      `${path}, line 3: 1 fields where the header names 2`,
      `${path}, line 4: "one" is not a number`,
      `${path}, line 5: "yesterday" is not a time (seconds, milliseconds or ISO 8601 expected)`,
      `${path}, line 8: "7\n420,8" is not a number`,
    ]);
  });

  it('reports the first malformed rows and counts the others', async () => {
    const { warnings } = await open(`timestamp,value\n0,1\n${'1,x\n'.repeat(15)}`).recording();
    expect(warnings).toHaveLength(11);
    expect(warnings.at(-1)).toContain('5 more lines');
  });

  it.each([
    ['time,value\n1,2\n', 'no column "timestamp", its header names time, value: set source.timeColumn'],
    ['', 'is empty'],
    ['timestamp,value\nx,y\n', 'No row'],
  ])('refuses a file that is not what was configured: %j', async (text, message) => {
    const error = await open(text)
      .queryRange(grid)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceQueryError);
    expect(String(error)).toContain(message);
  });

  it('is unavailable while its file is not there, and reads it when it comes', async () => {
    const source = csvSource({ path, ...COLUMNS });
    await expect(source.queryRange(grid)).rejects.toBeInstanceOf(SourceUnavailableError);
    expect(await source.check()).toMatchObject({ service: 'csv', isUp: false });
    writeFileSync(path, 'timestamp,value\n60,1\n');
    expect((await source.queryRange(grid)).series).toHaveLength(1);
    appendFileSync(path, '120,2\n');
    expect((await source.queryRange(grid)).series[0]?.samples.values).toEqual(Float64Array.of(1, 2));
    expect(await source.check()).toEqual({ service: 'csv', isUp: true, detail: '1 series' });
  });
});
