import fc from 'fast-check';

/** A query, and the same with every instant selector that may be replaced put into brackets of its own. */
export interface MarkedQuery {
  readonly text: string;
  readonly marked: string;
}

/** How a selector is written when it is replaced. */
export type Mark = (selector: string, modifiers: string) => string;

const space = fc.constantFrom('', ' ', '\n', '\t', ' # up{a="b"} (\n');
/** Between two words there must be some. */
const gap = fc.constantFrom(' ', '\n', ' # a comment of offset 5m, [ and {\n');

const name = fc.constantFrom(
  'up',
  'a:b:c',
  'sum',
  'by',
  'on_call',
  'offset_total',
  'start',
  'group',
  '_x1',
  'rate',
);
const label = fc.constantFrom('job', 'by', 'on', 'bool', 'offset', 'sum', 'group_left', 'inf', 'le');
const words = fc.constantFrom(
  '"a"',
  "'b'",
  '`c`',
  '"}"',
  '"[5m]"',
  '"{"',
  '"say \\"up\\""',
  "'it\\'s'",
  '"# no"',
  '".*"',
  '`\\`',
);
const matcher = fc
  .tuple(label, space, fc.constantFrom('=', '!=', '=~', '!~'), space, words)
  .map((parts) => parts.join(''));
const matchers = fc
  .tuple(space, fc.array(matcher, { minLength: 1, maxLength: 3 }), fc.constantFrom('', ','))
  .map(([blank, list, comma]) => `{${blank}${list.join(`,${blank}`)}${comma}}`);
const bareSelector = fc.oneof(
  name,
  fc.tuple(name, space, matchers).map((parts) => parts.join('')),
  matchers,
  fc.constantFrom('{"my.metric"}', '{"my.metric", job="a"}', '{__name__=~"a|b"}', 'up{}'),
);
const duration = fc.constantFrom('5m', '1h30m', '90', '1_000', '0x1F', '1.5e2', '1d');
const offset = fc
  .tuple(
    gap,
    fc.constantFrom('', '-', '- '),
    fc.oneof(
      duration,
      duration.map((one) => `(${one})`),
    ),
  )
  .map(([blank, sign, text]) => `${blank}offset${blank}${sign}${text}`);
const at = fc
  .tuple(space, fc.constantFrom('1_700_000_000', '1.7e9', '-5', 'start()', 'end()'))
  .map(([blank, time]) => `${blank}@${blank}${time}`);
const modifiers = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  offset,
  at,
  fc.tuple(offset, at).map((parts) => parts.join('')),
  fc.tuple(at, offset).map((parts) => parts.join('')),
);
const number = fc.constantFrom('1', '1_000', '0x1F', '.5', '1e3', 'Inf', 'nan', '5m', '1_0.2_5e1_0');

const same = (text: string): MarkedQuery => ({ text, marked: text });
const wrap = ({ text, marked }: MarkedQuery, before: string, after: string): MarkedQuery => ({
  text: before + text + after,
  marked: before + marked + after,
});
const join = (parts: readonly (MarkedQuery | string)[]): MarkedQuery => ({
  text: parts.map((part) => (typeof part === 'string' ? part : part.text)).join(''),
  marked: parts.map((part) => (typeof part === 'string' ? part : part.marked)).join(''),
});

/**
 * PromQL of every shape that the grammar has, in Prometheus' own types (ranges where ranges belong), with blanks,
 * comments, keywords as names, and strings that hold brackets.
 */
export function promqlQueries(mark: Mark): fc.Arbitrary<MarkedQuery> {
  const written = fc.tuple(bareSelector, modifiers);
  const asItStands = written.map(([selector, more]) => same(selector + more));
  const selector = written.map(([bare, more]) => ({ text: bare + more, marked: mark(bare, more) }));
  const { vector } = fc.letrec<{ vector: MarkedQuery; range: MarkedQuery }>((tie) => ({
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      selector,
      fc
        .tuple(fc.constantFrom('timestamp', 'absent', 'TIMESTAMP'), space, asItStands)
        .map(([call, blank, argument]) =>
          wrap(argument, `${call.toLowerCase()}${blank}(${blank}`, `${blank})`),
        ),
      fc.tuple(space, asItStands).map(([blank, argument]) => wrap(argument, `timestamp((${blank}`, '))')),
      fc
        .tuple(fc.constantFrom('rate', 'increase', 'max_over_time', 'absent_over_time'), space, tie('range'))
        .map(([call, blank, range]) => wrap(range, `${call}(${blank}`, ')')),
      fc.tuple(space, tie('vector')).map(([blank, inner]) => wrap(inner, `(${blank}`, `${blank})`)),
      fc
        .tuple(fc.constantFrom('-', '+'), tie('vector'))
        .map(([sign, inner]) => wrap(wrap(inner, '(', ')'), sign, '')),
      fc
        .tuple(
          fc.constantFrom('sum', 'count', 'MAX', 'group'),
          fc.constantFrom('by', 'without'),
          gap,
          label,
          tie('vector'),
        )
        .map(([word, by, blank, one, inner]) =>
          wrap(inner, `${word}${blank}${by}${blank}(${one},)${blank}(`, ')'),
        ),
      fc
        .tuple(fc.constantFrom('avg', 'min'), space, label, tie('vector'))
        .map(([word, blank, one, inner]) => wrap(inner, `${word}(${blank}`, `)${blank}by(${one})`)),
      fc
        .tuple(fc.constantFrom('topk', 'quantile'), number, tie('vector'))
        .map(([word, count, inner]) => wrap(inner, `${word}(${count}, `, ')')),
      tie('vector').map((inner) => wrap(inner, 'label_replace(', ', "a", "$1", "b", "(.*)")')),
      fc
        .tuple(tie('vector'), gap, fc.constantFrom('+', '*', '^', '==', '> bool', 'atan2'), number)
        .map(([left, blank, sign, right]) => join([left, blank, sign, blank, right])),
      fc
        .tuple(tie('vector'), gap, fc.constantFrom('+', '/', 'and', 'or', 'unless', '> bool'), tie('vector'))
        .map(([left, blank, sign, right]) => join([left, blank, sign, blank, right])),
      fc
        .tuple(
          tie('vector'),
          gap,
          fc.constantFrom('/ on(job)', '* ignoring(by)'),
          fc.constantFrom('', 'group_left(le)', 'group_right()'),
          tie('vector'),
        )
        .map(([left, blank, sign, group, right]) => join([left, blank, sign, blank, group, blank, right])),
    ),
    range: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc
        .tuple(bareSelector, space, duration, modifiers)
        .map(([bare, blank, length, more]) => same(`${bare}${blank}[${blank}${length}${blank}]${more}`)),
      fc
        .tuple(selector, space, duration, fc.constantFrom('', '1m'), modifiers)
        .map(([one, blank, length, step, more]) => wrap(one, '', `${blank}[${length}:${step}]${more}`)),
      fc
        .tuple(tie('vector'), duration, modifiers)
        .map(([inner, length, more]) => wrap(inner, '(', `)[${length}:]${more}`)),
    ),
  }));
  return vector;
}
