import { describe, expect, it } from 'vitest';
import { zoneOffset } from '../../lib/series/zone-offset.ts';

const at = (text: string) => Date.parse(text) / 1000;

describe('zoneOffset', () => {
  it.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', 3600],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 7200],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', 20_700],
    ['America/St_Johns', '2026-01-01T00:00:00Z', -12_600],
    ['America/New_York', '1969-12-31T23:59:59Z', -18_000],
  ])('of %s at %s is %i seconds', (timeZone, time, seconds) => {
    expect(zoneOffset(timeZone)(at(time))).toBe(seconds);
  });

  it('is that of the whole second for a fraction of one', () => {
    expect(zoneOffset('Europe/Berlin')(at('2026-03-29T01:00:00Z') - 0.25)).toBe(3600);
  });

  it('refuses a zone that there is not', () => {
    expect(() => zoneOffset('Mars/Olympus')).toThrow(RangeError);
  });
});
