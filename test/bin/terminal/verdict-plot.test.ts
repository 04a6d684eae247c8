import { describe, expect, it } from 'vitest';
import { verdictPlot } from '../../../bin/terminal/verdict-plot.ts';
import type { RecordedVerdict } from '../../../lib/results/verdict-history.ts';

const plain = (_: unknown, text: string) => text;

const verdictAt = (index: number, overrides: Partial<RecordedVerdict> = {}): RecordedVerdict => ({
  metric: 'cpu_usage',
  labels: {},
  isSimulated: false,
  timeSeconds: 1_700_000_040 + 60 * index,
  kind: 'normal',
  anomalous: false,
  value: 10,
  expected: 10,
  lower: 8,
  upper: 12,
  score: 0,
  confidence: 1,
  ...overrides,
});
const verdicts = (count: number, one: (index: number) => Partial<RecordedVerdict> = () => ({})) =>
  Array.from({ length: count }, (_, index) => verdictAt(index, one(index)));

describe('a plot of verdicts', () => {
  it('shows the value as dots in its band, labelled at the ends', () => {
    const lines = verdictPlot(verdicts(30), 80, plain);
    expect(lines[0]).toMatch(/^ +12 │░{30}$/);
    expect(lines[13]).toMatch(/^ +8 │░{30}$/);
    expect(lines.filter((line) => line.includes('•'.repeat(30)))).toHaveLength(1);
    expect(lines.at(-1)).toContain('11-14 22:14');
  });

  it('shows a single anomalous value among thousands, and marks it below', () => {
    const lines = verdictPlot(
      verdicts(5000, (index) => (index === 3333 ? { value: 99, anomalous: true, score: 5 } : {})),
      80,
      plain,
    );
    expect(lines[0]).toMatch(/^ +99 │ +● +$/);
    expect(lines.find((line) => line.includes('anomalous'))?.indexOf('▲')).toBe(lines[0]?.indexOf('●'));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('leaves gaps where there is no value, and says when there is none at all', () => {
    const gaps = verdictPlot(
      verdicts(20, (index) => (index < 10 ? { value: undefined } : {})),
      80,
      plain,
    );
    expect(gaps.join('')).toContain('░'.repeat(10) + '•'.repeat(10));
    const nothing = { value: undefined, expected: undefined, lower: undefined, upper: undefined };
    expect(
      verdictPlot(
        verdicts(3, () => nothing),
        80,
        plain,
      ),
    ).toEqual(['No values in that time.']);
  });

  it('draws a value that never changes', () => {
    const flat = { value: 5, lower: undefined, upper: undefined };
    expect(
      verdictPlot(
        verdicts(25, () => flat),
        80,
        plain,
      ).join('\n'),
    ).toContain('•'.repeat(25));
  });
});
