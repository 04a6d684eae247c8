import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { freshQuery } from '../../../lib/sources/prometheus/fresh-query.ts';

const fresh = (selector: string, modifiers = '') =>
  `(${selector}${modifiers} and last_over_time(${selector}[60000ms]${modifiers}))`;

describe('a query that must not see stale samples', () => {
  it.each([
    ['up', fresh('up')],
    ['up{job="a[(", x=~"}"}', fresh('up{job="a[(", x=~"}"}')],
    ['{__name__=~"a|b"}', fresh('{__name__=~"a|b"}')],
    ['{"name with blanks"}', fresh('{"name with blanks"}')],
    ['a:b:c', fresh('a:b:c')],
    ['up offset 5m', fresh('up', ' offset 5m')],
    ['up @ 1700000000 offset -1h', fresh('up', ' @ 1700000000 offset -1h')],
    ['up offset 1h @ start()', fresh('up', ' offset 1h @ start()')],
    ['sum by (job, mode) (up)', `sum by (job, mode) (${fresh('up')})`],
    ['sum(up) without (job)', `sum(${fresh('up')}) without (job)`],
    ['SUM BY(job)(up)', `SUM BY(job)(${fresh('up')})`],
    ['a / on(c) group_left(d) b', `${fresh('a')} / on(c) group_left(d) ${fresh('b')}`],
    ['a + ignoring(c) b', `${fresh('a')} + ignoring(c) ${fresh('b')}`],
    ['-a unless b or c', `-${fresh('a')} unless ${fresh('b')} or ${fresh('c')}`],
    ['1e3 * up > bool 0x1F', `1e3 * ${fresh('up')} > bool 0x1F`],
    ['up == Inf', `${fresh('up')} == Inf`],
    ['topk(3, up)', `topk(3, ${fresh('up')})`],
    ['max_over_time(up[1h:1m] offset 2m)', `max_over_time(${fresh('up')}[1h:1m] offset 2m)`],
    ['avg_over_time((a + b)[5m:])', `avg_over_time((${fresh('a')} + ${fresh('b')})[5m:])`],
    [
      'label_replace(up, "a", "up", "b", "(.*)") # up\n',
      `label_replace(${fresh('up')}, "a", "up", "b", "(.*)") # up\n`,
    ],
    ['sum by (job) (rate(x[5m])) / y', `sum by (job) (rate(x[5m])) / ${fresh('y')}`],
  ])('%s looks back no farther than it may', (query, expected) => {
    expect(freshQuery(query, 60)).toBe(expected);
    let mistakes = 0;
    parser.parse(expected).iterate({
      enter: ({ type }) => {
        if (type.isError) mistakes += 1;
      },
    });
    expect(mistakes).toBe(0);
  });

  it.each([
    'rate(x{a="b"}[5m])',
    'sum(rate(x[5m] offset 1h)) by (le)',
    'timestamp(up)',
    'absent(up{job="a"})',
    'time() - vector(1)',
    '1 + 2',
  ])('%s is left alone', (query) => {
    expect(freshQuery(query, 60)).toBe(query);
  });

  it("is left alone when samples may be as old as Prometheus' own lookback", () => {
    expect(freshQuery('up / down', 300)).toBe('up / down');
  });

  it('may be bound by parts of a second, and by more than the default', () => {
    expect(freshQuery('up', 1.5)).toContain('[1500ms]');
    expect(freshQuery('up', 600)).toContain('[600000ms]');
  });
});
