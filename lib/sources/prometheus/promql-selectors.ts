/** Where an instant vector selector stands in a query, its modifiers (`offset`, `@`) included. */
export interface SelectorPlace {
  readonly start: number;
  readonly end: number;
  /** Where the modifiers begin; `end` when there are none. */
  readonly modifiersStart: number;
}

/** One token: blanks and comments, a string, a duration or number, a name, or a single character. */
const TOKEN =
  /(?<blank>\s+|#[^\n]*)|(?<text>"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|`[^`]*`)|(?<number>(?:0x[\da-f]+|\d[\da-z.]*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?))|(?<name>[a-z_:][\w:]*)|(?<sign>[\s\S])/giy;

/** Words of the language that are followed by a list of labels. */
const BEFORE_LABELS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
/** Words that stand where a metric's name could, and are none. */
const WORDS = new Set([...BEFORE_LABELS, 'bool', 'and', 'or', 'unless', 'atan2', 'inf', 'nan', 'offset']);
const AGGREGATION_LISTS = new Set(['by', 'without']);

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the selectors of a valid PromQL query that give one sample a step: `up{job="a"} offset 5m`, but not `up[5m]`,
 * which says itself how far it looks back, nor one that a function wants as it stands (`timestamp(up)` for its time,
 * `absent(up{job="a"})` for its labels). Of a subquery `up[1h:1m]` the selector inside is one. A scanner, no parser: the grammar's own is far too large for a function that
 * must start fast.
 */
export function instantSelectors(query: string): SelectorPlace[] {
  const tokens = tokensOf(query);
  const places: SelectorPlace[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at] as Token;
    if (
      token.kind === 'name' &&
      BEFORE_LABELS.has(token.text.toLowerCase()) &&
      tokens[at + 1]?.text === '('
    ) {
      at = afterBracket(tokens, at + 1);
    } else if (isSelectorStart(tokens, at)) {
      const [next, place] = selectorAt(tokens, at);
      if (place !== undefined && !isWantedAsItStands(tokens, at)) places.push(place);
      at = next;
    } else if (token.text === '[') at = afterBracket(tokens, at);
    else at += 1;
  }
  return places;
}

function tokensOf(query: string): Token[] {
  return [...query.matchAll(TOKEN)].flatMap((match) => {
    const { groups = {}, index } = match;
    const kind = (['text', 'number', 'name', 'sign'] as const).find((name) => groups[name] !== undefined);
    return kind === undefined ? [] : [{ kind, text: match[0], start: index, end: index + match[0].length }];
  });
}

function isSelectorStart(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at] as Token;
  if (token.text === '{') return true;
  if (token.kind !== 'name' || WORDS.has(token.text.toLowerCase())) return false;
  const next = tokens[at + 1];
  // A call, or an aggregation whose labels come first: sum by (job) (up).
  return next?.text !== '(' && !(next?.kind === 'name' && AGGREGATION_LISTS.has(next.text.toLowerCase()));
}

/** @returns the first token behind the selector, and its place unless it is one of a range. */
function selectorAt(tokens: readonly Token[], start: number): [number, SelectorPlace | undefined] {
  const hasName = tokens[start]?.text !== '{';
  let at = hasName ? start + 1 : start;
  if (tokens[at]?.text === '{') at = afterBracket(tokens, at);
  const modifiersStart = (tokens[at - 1] as Token).end;
  if (tokens[at]?.text === '[') {
    const behind = afterBracket(tokens, at);
    const isSubquery = tokens.slice(at, behind).some(({ text }) => text === ':' || text.startsWith(':'));
    if (!isSubquery) return [behind, undefined];
    return [behind, { start: (tokens[start] as Token).start, end: modifiersStart, modifiersStart }];
  }
  for (;;) {
    const end = afterModifier(tokens, at);
    if (end === at) break;
    at = end;
  }
  const end = (tokens[at - 1] as Token).end;
  return [at, { start: (tokens[start] as Token).start, end, modifiersStart }];
}

/** The first token behind the `offset 5m`, `offset -5m`, `@ 1700000000` or `@ start()` that begins here, if one does. */
function afterModifier(tokens: readonly Token[], at: number): number {
  const word = tokens[at]?.text.toLowerCase();
  if (word !== 'offset' && word !== '@') return at;
  let end = at + 1;
  while (tokens[end]?.text === '-' || tokens[end]?.text === '+') end += 1;
  end += 1;
  return tokens[end]?.text === '(' ? afterBracket(tokens, end) : end;
}

/** The first token behind the bracket that opens here. */
function afterBracket(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] as Token;
    if (kind !== 'sign') continue;
    if ('([{'.includes(text)) depth += 1;
    else if (')]}'.includes(text)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
}

function isWantedAsItStands(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.text === '(' && /^(?:timestamp|absent)$/i.test(tokens[at - 2]?.text ?? '');
}
