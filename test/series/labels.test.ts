import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOfKey, seriesKey } from '../../lib/series/labels.ts';

describe('seriesKey', () => {
  it('is the same for every order of the labels', () => {
    expect(seriesKey({ mode: 'user', instance: 'a:9100' })).toBe('{instance="a:9100",mode="user"}');
    expect(seriesKey({ instance: 'a:9100', mode: 'user' })).toBe('{instance="a:9100",mode="user"}');
  });

  it.each([
    ['a quote', 'say "no"', '"say \\"no\\""'],
    ['a backslash', 'C:\\', '"C:\\\\"'],
    ['a line break', 'a\nb', '"a\\nb"'],
    ['nothing at all', '', '""'],
    ['other scripts', 'naïve', '"naïve"'],
  ])('writes %s as PromQL does', (_, value, text) => {
    expect(seriesKey({ a: value, b: 'plain' })).toBe(`{a=${text},b="plain"}`);
  });

  it('is a pair of braces without labels', () => {
    expect(seriesKey({})).toBe('{}');
  });

  it('never gives two label sets the same key', () => {
    const labels = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(labels, labels, (one, other) => {
        const same =
          JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
        expect(seriesKey(one) === seriesKey(other)).toBe(same);
      }),
    );
  });
});

describe('labelsOfKey', () => {
  it('gives back the labels of every key', () => {
    const name = fc.stringMatching(/^[A-Za-z_]\w{0,5}$/).filter((one) => one !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'binary', maxLength: 8 })), (labels) => {
        expect(labelsOfKey(seriesKey(labels))).toEqual({ ...labels });
      }),
    );
  });

  it.each(['', 'host="a"', '{host="a"', '{host="a"}}', '{host=a}', '{host="a" }', '{host="\\x"}'])(
    'knows that %j is no key',
    (text) => {
      expect(labelsOfKey(text)).toBeUndefined();
    },
  );
});
