import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableText } from '../../lib/config/printable-text.ts';

describe('text from outside', () => {
  it.each([
    { text: 'plain, with ä and 語', shown: 'plain, with ä and 語' },
    { text: ' two\r\nlines\tand a tab ', shown: 'two lines and a tab' },
    { text: '\u001b]52;c;ZXZpbA==\u0007', shown: '\\u{1b}]52;c;ZXZpbA==\\u{7}' },
    { text: 'a\u202eb\u200bc\u2028d', shown: 'a\\u{202e}b\\u{200b}c d' },
    { text: '\u009b31m', shown: '\\u{9b}31m' },
  ])('is shown as $shown', ({ text, shown }) => {
    expect(printableText(text)).toBe(shown);
  });

  it('never has a control character or a second line, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printableText(text)).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);
      }),
    );
  });

  it('is cut at the length that there is room for', () => {
    expect(printableText('abcdef', 4)).toBe('abc…');
  });
});
