import { describe, expect, it } from 'vitest';
import { chartHtml } from '../../../lib/evaluation/report/chart.ts';
import { factsHtml, pageOf } from '../../../lib/evaluation/report/page.ts';

const hostile = '{path="</script><script>alert(1)</script>",quote="\'&<b>"}';
const library = { script: 'const text = "</script>";', style: '.u {}', pageScript: '' };

describe('a report page', () => {
  const chart = {
    title: hostile,
    caption: 'A caption.',
    x: Float64Array.of(1_772_420_400, 1_772_420_700),
    xKind: 'time',
    lines: [{ label: hostile, values: Float64Array.of(1 / 3, Number.NaN), role: 'expected' }],
  } as const;
  const page = pageOf(hostile, factsHtml([[hostile, hostile]]) + chartHtml(chart), library);

  it('lets no label end a script or begin a tag', () => {
    expect(page.match(/<script/g)).toHaveLength(3);
    expect(page.match(/<\/script>/g)).toHaveLength(3);
    expect(page).not.toContain('<b>');
    expect(page).not.toContain('<script>alert');
  });

  it('carries the data of its charts: seven digits, a gap for what is missing, times to the second', () => {
    const [, json] = /<script type="application\/json">(.*?)<\/script>/s.exec(page) ?? [];
    const content = JSON.parse(json ?? '') as { x: number[]; lines: { label: string; values: unknown[] }[] };
    expect(content.x).toEqual([1_772_420_400, 1_772_420_700]);
    expect(content.lines[0]).toMatchObject({ label: hostile, values: [0.3333333, null] });
  });

  it('allows nothing to be loaded from anywhere', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(?:src|href)=/);
  });
});
