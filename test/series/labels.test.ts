import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesKey } from '../../lib/series/labels.ts';

describe('seriesKey', () => {
  it('is the same for every order of the labels', () => {
    expect(seriesKey({ mode: 'user', instance: 'a:9100' })).toBe('{instance="a:9100",mode="user"}');
    expect(seriesKey({ instance: 'a:9100', mode: 'user' })).toBe('{instance="a:9100",mode="user"}');
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
