import { describe, expect, it } from 'vitest';
import { timeReader } from '../../lib/sources/sample-time.ts';

const utc = timeReader('UTC');
const berlin = timeReader('Europe/Berlin');
const at = (text: string) => Date.parse(text) / 1000;

describe('a time that people write', () => {
  it.each([
    ['1700000000', 1_700_000_000],
    ['1700000000.25', 1_700_000_000.25],
    ['1700000000000', 1_700_000_000],
    ['1.7e9', 1_700_000_000],
    [' 0 ', 0],
    ['2026-01-31', at('2026-01-31T00:00:00Z')],
    ['2026-01-31T12:30Z', at('2026-01-31T12:30:00Z')],
    ['2026-01-31 12:30:15', at('2026-01-31T12:30:15Z')],
    ['2026-01-31T12:30:15.250+01:00', at('2026-01-31T11:30:15.250Z')],
    ['2026-01-31T12:30:15-0330', at('2026-01-31T16:00:15Z')],
    ['2026-01-31T12:30:15+02', at('2026-01-31T10:30:15Z')],
    ['2024-02-29', at('2024-02-29T00:00:00Z')],
  ])('%s is read', (text, seconds) => {
    expect(utc(text)).toBe(seconds);
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '31.01.2026',
    '2026-01-31T25:00',
    '12:30',
    'NaN',
    '1,5',
  ])('%j is none', (text) => {
    expect(utc(text)).toBeNaN();
  });

  it('without an offset is in the zone that the configuration names, summer and winter', () => {
    expect(berlin('2026-01-31 12:00')).toBe(at('2026-01-31T11:00:00Z'));
    expect(berlin('2026-07-31 12:00')).toBe(at('2026-07-31T10:00:00Z'));
    expect(berlin('2026-07-31T12:00:00Z')).toBe(at('2026-07-31T12:00:00Z'));
  });

  it('keeps its order where the clock is put forward or back', () => {
    expect(berlin('2026-03-29 01:59:59')).toBe(at('2026-03-29T00:59:59Z'));
    expect(berlin('2026-03-29 03:00')).toBe(at('2026-03-29T01:00:00Z'));
    expect(berlin('2026-03-29 02:30')).toBe(at('2026-03-29T01:30:00Z'));
    expect(berlin('2026-10-25 02:30')).toBe(at('2026-10-25T00:30:00Z'));
    expect(berlin('2026-10-25 03:00')).toBe(at('2026-10-25T02:00:00Z'));
    const east = timeReader('Pacific/Kiritimati');
    expect(east('2026-01-31 12:00')).toBe(at('2026-01-30T22:00:00Z'));
    const west = timeReader('America/New_York');
    expect(west('2026-11-01 01:30')).toBe(at('2026-11-01T05:30:00Z'));
    expect(west('2026-11-01 02:00')).toBe(at('2026-11-01T07:00:00Z'));
  });
});
