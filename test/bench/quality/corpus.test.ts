import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstScoredRow, openCorpus, readSeries, windowsOf } from './corpus.ts';
import { folderWith } from './generated-corpus.ts';

const row = 'timestamp,value,label\n1704067200,1,0\n';
const nabRows = 'timestamp,value\n2024-01-01 00:00:00,1\n2024-01-01 00:05:00,2\n';

describe('openCorpus', () => {
  it('lists the benchmark by category and every other folder with series as a set', () => {
    const folder = folderWith({
      'nab/windows.json': '{"real/a.csv": [["2024-01-01 00:00:00.000000", "2024-01-01 00:05:00.000000"]]}',
      'nab/real/a.csv': nabRows,
      'kpi/b.csv.gz': row,
      'kpi/a.csv.gz': row,
      'results/real/a.csv.gz': row,
      'README.md': '# corpus',
    });
    const corpus = openCorpus(folder);
    expect(corpus.nab.map(({ name, category }) => [name, category])).toEqual([['nab/real/a.csv', 'real']]);
    expect(corpus.sets.map((set) => [set.name, set.files.map((file) => file.name)])).toEqual([
      ['kpi', ['kpi/a.csv.gz', 'kpi/b.csv.gz']],
    ]);
    expect(windowsOf(corpus.nab[0]!, readSeries(corpus.nab[0]!))).toEqual([{ firstIndex: 0, lastIndex: 1 }]);
  });

  it('scores from the third day on unless protocol.json says otherwise', () => {
    const folder = folderWith({
      'half/protocol.json': '{ "warmUpFraction": 0.5 }',
      'half/a.csv.gz': row,
      'late/protocol.json': '{ "warmUpDays": 1 }',
      'late/a.csv.gz': row,
      'plain/a.csv.gz': row,
    });
    // 73 rows over 72 hours, a gap among them: the warm-up goes by time.
    const hours = Float64Array.from({ length: 73 }, (_, hour) => hour * 3600).filter((time) => time !== 7200);
    const starts = openCorpus(folder).sets.map((set) => [set.name, firstScoredRow(set.warmUp, hours)]);
    expect(Object.fromEntries(starts)).toEqual({ half: 35, late: 23, plain: 47 });
  });

  it('scores no row of a series that ends before its warm-up does', () => {
    expect(firstScoredRow({ warmUpDays: 2 }, Float64Array.of(0, 3600))).toBe(2);
  });

  it('takes only the sets and as many files as asked for', () => {
    const folder = folderWith({ 'a/1.csv.gz': row, 'a/2.csv.gz': row, 'b/1.csv.gz': row });
    const { sets } = openCorpus(folder, { sets: ['a'], limit: 1 });
    expect(sets.map((set) => set.files.map((file) => file.name))).toEqual([['a/1.csv.gz']]);
  });

  it.each([
    { files: {}, sets: ['kpi'], message: /there is no set "kpi"/ },
    { files: { 'nab/real/a.csv': nabRows }, message: /windows\.json: it can't be read/ },
    {
      files: { 'nab/windows.json': '{}', 'nab/real/a.csv': nabRows },
      message: /windows\.json: "real\/a\.csv" is missing/,
    },
    {
      files: { 'kpi/protocol.json': '{ "warmUpDay": 2 }', 'kpi/a.csv.gz': row },
      message: /kpi\/protocol\.json: /,
    },
  ])('refuses a corpus with $message', ({ files, sets, message }) => {
    expect(() => openCorpus(folderWith(files), { sets })).toThrow(message);
  });

  it('says how to name a folder that is not there', () => {
    expect(() => openCorpus('/nowhere/corpus')).toThrow(/\/nowhere\/corpus: .*TIDEMARK_CORPUS/);
  });

  it.each([
    { window: ['2024-01-01T00:00:00Z', '1704067500'], rows: { firstIndex: 0, lastIndex: 1 } },
    { window: ['2023-12-31 12:00:00', '2024-01-01 00:04:00'], rows: { firstIndex: 0, lastIndex: 0 } },
    { window: ['2024-01-01 00:01:00', '2024-01-03 00:00:00'], rows: { firstIndex: 1, lastIndex: 1 } },
  ])('takes the rows within the window $window', ({ window, rows }) => {
    const folder = folderWith({
      'nab/windows.json': JSON.stringify({ 'real/a.csv': [window] }),
      'nab/real/a.csv': nabRows,
    });
    const file = openCorpus(folder).nab[0]!;
    expect(windowsOf(file, readSeries(file))).toEqual([rows]);
  });

  it('refuses a window that holds no row', () => {
    const folder = folderWith({
      'nab/windows.json': '{"real/a.csv": [["2024-01-01 00:01:00", "2024-01-01 00:04:00"]]}',
      'nab/real/a.csv': nabRows,
    });
    const file = openCorpus(folder).nab[0]!;
    expect(() => windowsOf(file, readSeries(file))).toThrow(
      /no row lies in the window from "2024-01-01 00:01:00"/,
    );
  });

  it('names the file that is not compressed though its name says so', () => {
    const folder = folderWith({ 'kpi/a.csv.gz': row });
    const file = openCorpus(folder).sets[0]!.files[0]!;
    expect(readSeries(file).values).toEqual(Float64Array.of(1));
    writeFileSync(file.path, row);
    expect(() => readSeries(file)).toThrow(/kpi\/a\.csv\.gz: this is not a gzip file/);
  });
});
