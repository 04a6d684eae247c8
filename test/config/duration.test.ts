import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration, suggestDuration } from '../../lib/config/duration.ts';
import { InvalidDurationError } from '../../lib/config/errors.ts';

describe('a duration', () => {
  it.each([
    ['30s', 30],
    ['5m', 300],
    ['1h30m', 5400],
    ['14d', 1_209_600],
    ['2w', 1_209_600],
    ['1y', 31_536_000],
    ['250ms', 0.25],
    ['1m500ms', 60.5],
    ['0', 0],
    ['0s', 0],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', '5', '-5m', '1.5h', '5 m', '5min', '30m1h', '1m1m', '5M', 'm', '1h 30m', ' 5m', '5m\n'])(
    'refuses %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow(InvalidDurationError);
    },
  );

  it.each([
    ['5 minutes', '5m'],
    ['60', '1m'],
    ['5m ', '5m'],
    ['2 D', '2d'],
    ['1.5h', '1h30m'],
    ['1 hour, 30 min', '1h30m'],
    ['2 Weeks', '14d'],
    ['500 msec', '500ms'],
    ['often', undefined],
    ['', undefined],
  ])('for %j it suggests %j', (text, meant) => {
    expect(suggestDuration(text)).toBe(meant);
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 11 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds / 1000))).toBe(milliseconds / 1000);
      }),
    );
  });

  it('that is suggested can always be read', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const meant = suggestDuration(text);
        if (meant !== undefined) expect(parseDuration(meant)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
