import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { substitute } from '../../lib/config/substitute.ts';

const environment = { HOST: 'prom', PORT: '9090', EMPTY: '', NESTED: '$' + '{HOST}' };
const written = (...parts: string[]) => parts.join('$');

describe('substitution', () => {
  it.each([
    [written('http://', '{HOST}:', '{PORT}/'), 'http://prom:9090/'],
    [written('', '{MISSING:default}'), 'default'],
    [written('', '{EMPTY:default}'), 'default'],
    [written('', '{EMPTY}'), ''],
    [written('', '{URL:http://127.0.0.1:9090}'), 'http://127.0.0.1:9090'],
    [written('', '{MISSING:', '{HOST}:1}'), 'prom:1'],
    [written('', '{Q:up{job="a"}}'), 'up{job="a"}'],
    [written('', '{NESTED}'), written('', '{HOST}')],
    [written('', '', '{HOST}'), written('', '{HOST}')],
    [
      written('label_replace(up, "a", "', '1", "b", "(.*)")'),
      written('label_replace(up, "a", "', '1", "b", "(.*)")'),
    ],
    [
      written('label_replace(up, "a", "', '{1}-x", "b", "(.*)")'),
      written('label_replace(up, "a", "', '{1}-x", "b", "(.*)")'),
    ],
    ['100$', '100$'],
  ])('makes %j to %j', (text, expected) => {
    const result = substitute(text, environment);
    expect(result.problems).toEqual([]);
    expect(result.text).toBe(expected);
  });

  it('names each variable that is not set, where it stands', () => {
    const { problems } = substitute(written('a', '{ONE}b', '{TWO:', '{THREE}}'), {});
    expect(problems).toEqual([
      { index: 1, length: 6, kind: 'unset', name: 'ONE' },
      { index: 14, length: 8, kind: 'unset', name: 'THREE' },
    ]);
  });

  it('does not take what every object inherits for a variable', () => {
    expect(substitute(written('', '{constructor}'), {}).problems).toHaveLength(1);
  });

  it('never throws, and leaves a text without variables as it is', () => {
    const fragment = fc.constantFrom('$', '{', '}', ':', 'A', '${', '$${', '${A:', ' ');
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), (fragments) => {
        const text = fragments.join('');
        const result = substitute(text, { A: 'value' });
        for (let index = 0; index <= result.text.length; index++) {
          expect(result.originalIndex(index)).toBeGreaterThanOrEqual(0);
          expect(result.originalIndex(index)).toBeLessThanOrEqual(text.length);
        }
        if (!text.includes('${')) expect(result.text).toBe(text);
      }),
    );
  });

  it('survives defaults that are nested without end', () => {
    expect(substitute(`${'${A:'.repeat(20_000)}${'}'.repeat(20_000)}`, {}).problems).not.toEqual([]);
  });
});
