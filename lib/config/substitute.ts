/** A `${...}` that cannot be replaced. */
export interface SubstitutionProblem {
  /** The first character of `${` in the text. */
  readonly index: number;
  readonly length: number;
  readonly kind: 'unset' | 'malformed';
  /** The variable's name, or the text between the braces when it is not a name. */
  readonly name: string;
}

/** A text with its variables replaced. */
export interface Substitution {
  readonly text: string;
  readonly problems: readonly SubstitutionProblem[];
  /** Maps a character of the new text to the original; the text of a variable maps to its `${`. */
  readonly originalIndex: (index: number) => number;
}

const variableName = /^[A-Za-z_]\w*$/;
/** Nested defaults: a limit protects the stack against hostile files. */
const maximumNesting = 8;

/**
 * The index of the brace that closes the one at `open`, or -1. Nested braces count, so that a default may be
 * PromQL.
 */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === '{') depth++;
    else if (text[index] === '}' && --depth === 0) return index;
  }
  return -1;
}

/**
 * Replaces `${NAME}` and `${NAME:default}` by the environment's values. The default is used when the variable
 * is unset or empty, and may itself contain variables. `$${` writes `${`; every other `$` stays, such as
 * `${1}` of a regular expression. Values of variables are not substituted again. Never throws.
 */
export function substitute(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Substitution {
  return substituteNested(text, environment, maximumNesting);
}

function substituteNested(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  nesting: number,
): Substitution {
  const problems: SubstitutionProblem[] = [];
  const pieces: { start: number; from: number; isValue: boolean }[] = [];
  let result = '';
  const append = (piece: string, from: number, isValue: boolean) => {
    pieces.push({ start: result.length, from, isValue });
    result += piece;
  };
  let index = 0;
  while (index < text.length) {
    const dollar = text.indexOf('${', index);
    if (dollar < 0) break;
    if (text[dollar - 1] === '$' && dollar > index) {
      append(text.slice(index, dollar - 1), index, false);
      append('${', dollar, false);
      index = dollar + 2;
      continue;
    }
    append(text.slice(index, dollar), index, false);
    const close = closingBrace(text, dollar + 1);
    const inner = text.slice(dollar + 2, close < 0 ? undefined : close);
    const colon = inner.indexOf(':');
    const name = colon < 0 ? inner : inner.slice(0, colon);
    const length = (close < 0 ? text.length : close + 1) - dollar;
    index = dollar + length;
    if (close >= 0 && /^\d+$/.test(inner)) {
      append(text.slice(dollar, index), dollar, false);
    } else if (close < 0 || nesting === 0 || !variableName.test(name)) {
      problems.push({ index: dollar, length, kind: 'malformed', name: inner });
      append(text.slice(dollar, index), dollar, false);
    } else {
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (colon >= 0 && (value === undefined || value === '')) {
        const fallback = substituteNested(inner.slice(colon + 1), environment, nesting - 1);
        const shift = dollar + 2 + colon + 1;
        problems.push(...fallback.problems.map((problem) => ({ ...problem, index: problem.index + shift })));
        append(fallback.text, dollar, true);
      } else if (value === undefined) {
        problems.push({ index: dollar, length, kind: 'unset', name });
        append(text.slice(dollar, index), dollar, false);
      } else append(value, dollar, true);
    }
  }
  append(text.slice(index), index, false);
  return {
    text: result,
    problems,
    originalIndex: (at) => {
      const piece = pieces.findLast(({ start }) => start <= at);
      if (piece === undefined) return at;
      return piece.isValue ? piece.from : piece.from + at - piece.start;
    },
  };
}
