import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantSelectors } from '../../../lib/config/promql-selectors.ts';
import { parsePromql } from '../../../lib/config/promql-tree.ts';
import { freshQuery } from '../../../lib/sources/prometheus/fresh-query.ts';
import { promqlQueries } from '../../config/promql-queries.ts';

const fresh = (selector: string, modifiers = '') =>
  `(${selector}${modifiers} and last_over_time(${selector}[60000ms]${modifiers}))`;

const rewritten = (query: string, staleAfterSeconds = 60) =>
  freshQuery(query, instantSelectors(query) ?? [], staleAfterSeconds);

function mistakesIn(query: string): number {
  let mistakes = 0;
  parsePromql(query).iterate({
    enter: ({ type }) => {
      if (type.isError) mistakes += 1;
    },
  });
  return mistakes;
}

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
    ['1_000 * up', `1_000 * ${fresh('up')}`],
    ['up offset -(5m)', fresh('up', ' offset -(5m)')],
    ['up offset - 5m + 1_0', `${fresh('up', ' offset - 5m')} + 1_0`],
    ['a + b offset 5m', `${fresh('a')} + ${fresh('b', ' offset 5m')}`],
    ['-up @ -1_000 offset 5m', `-${fresh('up', ' @ -1_000 offset 5m')}`],
    ['a and b @ end() or c', `${fresh('a')} and ${fresh('b', ' @ end()')} or ${fresh('c')}`],
    ['a / on(c) group_left b', `${fresh('a')} / on(c) group_left () ${fresh('b')}`],
    ['a / on(c) group_right # d\n{e="f"}', `${fresh('a')} / on(c) group_right # d\n() ${fresh('{e="f"}')}`],
    ['a / on(c) group_left sum(b)', `${fresh('a')} / on(c) group_left sum(${fresh('b')})`],
    ['info(up, {k=~".+"})', `info(${fresh('up')}, {k=~".+"})`],
    ['info(rate(x[5m]), # up\n ({k="v"}))', 'info(rate(x[5m]), # up\n ({k="v"}))'],
    [
      'sum by (on, bool, by) (up{offset="a", sum="b"})',
      `sum by (on, bool, by) (${fresh('up{offset="a", sum="b"}')})`,
    ],
    ['sum + by', `${fresh('sum')} + ${fresh('by')}`],
    ['up # offset 5m\n offset 1m # [5m]', `${fresh('up', ' # offset 5m\n offset 1m')} # [5m]`],
    ['timestamp(a + b)', `timestamp(${fresh('a')} + ${fresh('b')})`],
    ['absent(sum(up))', `absent(sum(${fresh('up')}))`],
    ['up offset 5m[1h:1m]', `${fresh('up', ' offset 5m')}[1h:1m]`],
    ['max_over_time(a / b[1h:1m])', `max_over_time(${fresh('a')} / ${fresh('b')}[1h:1m])`],
    ['max_over_time(up[1h:1m] offset 2m)', `max_over_time(${fresh('up')}[1h:1m] offset 2m)`],
    ['avg_over_time((a + b)[5m:])', `avg_over_time((${fresh('a')} + ${fresh('b')})[5m:])`],
    [
      'label_replace(up, "a", "up", "b", "(.*)") # up\n',
      `label_replace(${fresh('up')}, "a", "up", "b", "(.*)") # up\n`,
    ],
    ['sum by (job) (rate(x[5m])) / y', `sum by (job) (rate(x[5m])) / ${fresh('y')}`],
  ])('%s looks back no farther than it may', (query, expected) => {
    expect(rewritten(query)).toBe(expected);
    expect(mistakesIn(expected)).toBe(0);
  });

  it.each([
    'rate(x{a="b"}[5m])',
    'sum(rate(x[5m] offset 1h)) by (le)',
    'timestamp(up)',
    'timestamp(# when\n ((up offset 5m @ 17)))',
    'start_timestamp(up)',
    'absent(up{job="a"})',
    'rate(x[5m] anchored) + rate(y[5m] smoothed)',
    'x smoothed',
    'time() - vector(1)',
    '1 + 2',
  ])('%s is left alone', (query) => {
    expect(rewritten(query)).toBe(query);
  });

  it('has each of its selectors rewritten and nothing else, whatever it is made of', () => {
    const queries = promqlQueries((selector, modifiers) => fresh(selector, modifiers));
    fc.assert(
      fc.property(queries, ({ text, marked }) => {
        expect(mistakesIn(text)).toBe(0);
        expect(rewritten(text)).toBe(marked);
        expect(mistakesIn(marked)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('may be bound by parts of a second, and by more than the default', () => {
    expect(rewritten('up', 1.5)).toContain('[1500ms]');
    expect(rewritten('up', 600)).toContain('[600000ms]');
  });
});

describe('the selectors of a query', () => {
  it('are not known of one that is not valid', () => {
    expect(instantSelectors('sum(up')).toBeUndefined();
    expect(instantSelectors('up{job=$job}')).toBeUndefined();
  });

  it('are all found in a query of thousands of characters', () => {
    const terms = Array.from({ length: 300 }, (_, index) => `up{job="service-${index}", code=~"5.."}`);
    const query = terms.join(' or ');
    expect(query.length).toBeGreaterThan(10_000);
    expect(rewritten(query)).toBe(terms.map((term) => fresh(term)).join(' or '));
  });

  it('are not known of one that is too deep for all of them to be found', () => {
    expect(instantSelectors(Array(1900).fill('a').join('+'))).toHaveLength(1900);
    expect(instantSelectors(Array(9000).fill('a').join('+'))).toBeUndefined();
  });
});
