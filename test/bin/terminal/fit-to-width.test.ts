import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitToWidth } from '../../../bin/terminal/fit-to-width.ts';

describe('fitToWidth', () => {
  it('leaves a line alone that is short enough', () => {
    expect(fitToWidth('short', 5)).toBe('short');
  });

  it('cuts by what is seen, not by the colour sequences, and closes the colour', () => {
    const red = styleText('red', 'a long red line', { validateStream: false });
    expect(stripVTControlCharacters(fitToWidth(red, 6))).toBe('a lon…');
    expect(fitToWidth(red, 6).endsWith('\x1b[0m')).toBe(true);
  });

  it('never gives more than the columns that there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 8 })),
        fc.integer({ min: 1, max: 40 }),
        (words, columns) => {
          const line = words.map((word) => styleText('green', word, { validateStream: false })).join('▇');
          expect([...stripVTControlCharacters(fitToWidth(line, columns))].length).toBeLessThanOrEqual(
            columns,
          );
        },
      ),
    );
  });
});
