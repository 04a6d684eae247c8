import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, jsonInScript } from '../../../lib/evaluation/report/html.ts';
import { minMaxRows } from '../../../lib/evaluation/report/min-max-rows.ts';
import { reportHtml } from '../../../lib/evaluation/report/report-html.ts';

describe('minMaxRows', () => {
  it('keeps the lowest and the highest value of all, first and last row, and few rows', () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 40 }), (list, stretches) => {
        const values = Float64Array.from(list);
        const rows = minMaxRows(values, stretches);
        const kept = Array.from(rows, (row) => values[row]!);
        expect(Math.max(...kept)).toBe(Math.max(...list));
        expect(Math.min(...kept)).toBe(Math.min(...list));
        expect(rows[0]).toBe(0);
        expect(rows.at(-1)).toBe(list.length - 1);
        expect(rows.length).toBeLessThanOrEqual(2 * stretches + 2);
        expect([...rows]).toEqual([...new Set(rows)].toSorted((one, other) => one - other));
      }),
    );
  });
});

describe('text in a page', () => {
  it('stays text, whatever it says', () => {
    expect(escapeHtml(`<b class="x">'&`)).toBe('&lt;b class=&quot;x&quot;&gt;&#39;&amp;');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
        expect(jsonInScript({ text })).not.toContain('<');
        expect(JSON.parse(jsonInScript({ text }))).toEqual({ text });
      }),
    );
  });

  it('escapes the title, the source and the command of a report', () => {
    const nasty = '</title><script>alert(1)</script>';
    const html = reportHtml(
      [],
      { title: nasty, source: nasty, command: nasty, madeAtSeconds: 0 },
      { chartScript: '', chartStyle: '', pageScript: '', pageStyle: '' },
    );
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('Created 1970-01-01 00:00 UTC');
  });
});
