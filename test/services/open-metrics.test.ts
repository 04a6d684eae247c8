import { describe, expect, it } from 'vitest';
import { toDailyOpenMetrics } from './open-metrics.ts';

describe('toDailyOpenMetrics', () => {
  it('writes a line a sample and ends with the end mark', () => {
    const series = { name: 'cpu', labels: { host: 'a', mode: 'idle' }, samples: [[10, 0.5] as const] };
    expect(toDailyOpenMetrics([series])).toEqual(['cpu{host="a",mode="idle"} 0.5 10\n# EOF\n']);
  });

  it('makes a text for each day, in the order of the days', () => {
    const late = { name: 'a', labels: {}, samples: [[86_400, 2] as const] };
    const early = { name: 'b', labels: {}, samples: [[86_399, 1] as const] };
    expect(toDailyOpenMetrics([late, early])).toEqual(['b 1 86399\n# EOF\n', 'a 2 86400\n# EOF\n']);
  });

  it('writes the values that are no numbers as the format wants them', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const samples = values.map((value, index) => [index, value] as const);
    expect(toDailyOpenMetrics([{ name: 'a', labels: {}, samples }])[0]).toBe(
      'a NaN 0\na +Inf 1\na -Inf 2\n# EOF\n',
    );
  });

  it('escapes label values', () => {
    const labels = { path: 'C:\\x "y"\nz' };
    const [text] = toDailyOpenMetrics([{ name: 'a', labels, samples: [[0, 1]] }]);
    expect(text).toBe('a{path="C:\\\\x \\"y\\"\\nz"} 1 0\n# EOF\n');
  });
});
