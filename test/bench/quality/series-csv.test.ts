import { describe, expect, it } from 'vitest';
import { CorpusError } from './errors.ts';
import { parseSeriesCsv } from './series-csv.ts';

describe('parseSeriesCsv', () => {
  it('reads Unix seconds and calendar times (as UTC) alike', () => {
    const rows = parseSeriesCsv('timestamp,value\n1704067200,1\n2024-01-01 00:05:00,2.5\r\n', 'a.csv');
    expect(rows.timesSeconds).toEqual(Float64Array.of(1_704_067_200, 1_704_067_500));
    expect(rows.values).toEqual(Float64Array.of(1, 2.5));
    expect(rows.labels).toEqual(Uint8Array.of(0, 0));
  });

  it('takes an empty cell or NaN for a missing value, and columns in any order', () => {
    const rows = parseSeriesCsv('label,extra,timestamp,value\n1,x,60,\n0,y,120,NaN\n', 'a.csv');
    expect(rows.values).toEqual(Float64Array.of(Number.NaN, Number.NaN));
    expect(rows.labels).toEqual(Uint8Array.of(1, 0));
  });

  it.each([
    { text: '', message: /^a\.csv:1: the header is ""/ },
    { text: 'time,value\n1,2\n', message: /^a\.csv:1: the header is "time,value"/ },
    { text: 'timestamp,value\n', message: /^a\.csv:2: there are no rows/ },
    { text: 'timestamp,value\n60,1\n120\n', message: /^a\.csv:3: 1 cells, but the header has 2/ },
    { text: 'timestamp,value\n60,1\nyesterday,1\n', message: /^a\.csv:3: "yesterday" is not a time/ },
    { text: 'timestamp,value\n60,high\n', message: /^a\.csv:2: "high" is not a value/ },
    { text: 'timestamp,value,label\n60,1,yes\n', message: /^a\.csv:2: "yes" is not a label/ },
    { text: 'timestamp,value,label\n60,1,2\n', message: /^a\.csv:2: "2" is not a label/ },
  ])('refuses $text with $message', ({ text, message }) => {
    expect(() => parseSeriesCsv(text, 'a.csv')).toThrow(CorpusError);
    expect(() => parseSeriesCsv(text, 'a.csv')).toThrow(message);
  });
});
