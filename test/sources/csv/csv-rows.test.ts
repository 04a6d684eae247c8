import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRow, csvRows } from '../../../lib/sources/csv/csv-rows.ts';

/** @param sizes bytes of the pieces in which the text arrives, over and over. */
async function rowsOf(text: string, sizes: readonly number[] = [text.length || 1]): Promise<CsvRow[]> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % sizes.length] as number;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
  return Array.fromAsync(csvRows(chunks()));
}

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;

describe('rows of CSV', () => {
  it('are what was written, however it is quoted, ended and cut into pieces', async () => {
    const field = fc.oneof(fc.string(), fc.constantFrom('a,b', '"', 'x\ny', 'x\r\ny', '', ' ', '\r', 'ü€😀'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (rows, lineEnd, sizes, endsWithLine) => {
          const text = rows
            .map((row) => row.map((one) => (/^[^",\r\n]*$/.test(one) ? one : quoted(one))).join(','))
            .join(lineEnd);
          const found = await rowsOf(`\ufeff${text}${endsWithLine ? lineEnd : ''}`, sizes);
          expect(found.map(({ fields }) => fields)).toEqual(rows);
          expect(found.every(({ problem }) => problem === undefined)).toBe(true);
        },
      ),
    );
  });

  it('know the line on which they begin, blank lines and lines within quotes counted', async () => {
    const text = 'a,b\r\n\r\n1,"two\nlines\r\nlong"\n\n\n3,4\r\n"5",6';
    expect((await rowsOf(text)).map(({ line, fields }) => [line, fields[0]])).toEqual([
      [1, 'a'],
      [3, '1'],
      [8, '3'],
      [9, '5'],
    ]);
  });

  it.each([
    ['1,"2"x\n3,4', 'text follows a closing quote'],
    ['1,2"x"\n3,4', 'a quote stands inside a field'],
    ['1,"2', 'a quote is not closed'],
  ])('that break the rules say how: %j', async (text, problem) => {
    const [row, next] = await rowsOf(text);
    expect(row?.problem).toContain(problem);
    if (next !== undefined) expect(next).toEqual({ line: 2, fields: ['3', '4'] });
  });

  it('are read on behind one that breaks the rules, whatever is wrong with it', async () => {
    const part = fc.constantFrom('a', ',', '"', '""', '"x"', '\n', '\r\n', '\r', ' ', 'é');
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (parts, size) => {
          const text = parts.join('');
          const rows = await rowsOf(text, [size]);
          expect(rows).toEqual(await rowsOf(text));
          const lines = rows.map(({ line }) => line);
          expect(lines).toEqual([...new Set(lines)].toSorted((one, other) => one - other));
        },
      ),
    );
  });

  it('are read on behind the line of a quote that is never closed', async () => {
    expect(await rowsOf('a,b\n1,"2\n3,4\n5,6x"y\n7,8\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['1', '"2\n3,4\n5,6x"y'], problem: 'text follows a closing quote' },
      { line: 5, fields: ['7', '8'] },
    ]);
    expect((await rowsOf('1,"2\n3,4\n5,6\n')).map(({ line, problem }) => [line, problem])).toEqual([
      [1, 'a quote is not closed'],
      [2, undefined],
      [3, undefined],
    ]);
  });

  it('do not let a quote that is never closed swallow the rest of a huge file', async () => {
    const good = '1,2\n'.repeat(400_000);
    const rows = await rowsOf(`a,b\n1,"2\n${good}`, [65_536]);
    expect(rows[1]?.problem).toBe('a quote is not closed');
    expect(rows.length).toBeGreaterThan(100_000);
    expect(rows.at(-1)).toEqual({ line: 400_002, fields: ['1', '2'] });
  });
});
