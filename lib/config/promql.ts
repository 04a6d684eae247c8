import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { suggestDuration } from './duration.ts';
import { nearestName } from './nearest-name.ts';
import { parsePromql } from './promql-tree.ts';

/** The first error in a PromQL query. */
export interface PromqlProblem {
  /** The index of the first wrong character. */
  readonly index: number;
  readonly message: string;
  readonly suggestion?: string | undefined;
  /** Whether another server, or a newer one, may take the query: only the grammar here does not know it. */
  readonly isDoubtful?: boolean | undefined;
}

const rangeFunctions =
  /^(?:rate|irate|increase|delta|idelta|deriv|predict_linear|changes|resets|holt_winters|double_exponential_smoothing|\w+_over_time)$/;

/** The first bracket or quote that is not closed, or that closes nothing. */
export function unbalanced(query: string): PromqlProblem | undefined {
  const open: { character: string; index: number }[] = [];
  const closes: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
  for (let index = 0; index < query.length; index++) {
    const character = query[index]!;
    if (character === '#') {
      index = query.indexOf('\n', index);
      if (index < 0) break;
    } else if ('"\'`'.includes(character)) {
      let end = index + 1;
      while (end < query.length && query[end] !== character)
        end += query[end] === '\\' && character !== '`' ? 2 : 1;
      if (end >= query.length) return { index, message: `the quote ${character} is not closed` };
      index = end;
    } else if ('([{'.includes(character)) open.push({ character, index });
    else if (character in closes) {
      const last = open.pop();
      if (last === undefined)
        return { index, message: `"${character}" closes nothing`, suggestion: `remove the "${character}"` };
      if (last.character === closes[character]) continue;
      const missing = Object.entries(closes).find(([, opening]) => opening === last.character)?.[0];
      return {
        index,
        message: `"${character}" is found where the "${last.character}" before it needs a "${missing}"`,
        suggestion: `write "${missing}" before the "${character}"`,
      };
    }
  }
  const last = open.pop();
  if (last === undefined) return undefined;
  const missing = Object.entries(closes).find(([, opening]) => opening === last.character)?.[0];
  return {
    index: last.index,
    message: `this "${last.character}" is not closed`,
    suggestion: `add the missing "${missing}"`,
  };
}

/** The functions and aggregations in the grammar. */
function functionNames(): string[] {
  return parser.nodeSet.types
    .map(({ name }) => name.replaceAll(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase())
    .filter((name) => /(?:FunctionCall|AggregateExpr)\(/.test(parser.parse(`${name}(up)`).toString()));
}

/** A common mistake that explains why the grammar refuses a text. */
function commonMistake(
  query: string,
  index: number,
): (Omit<PromqlProblem, 'index'> & { index?: number }) | undefined {
  const variable = /\$\w+|\[\[\w+\]\]/.exec(query);
  if (variable !== null) {
    return {
      index: variable.index,
      message: `"${variable[0]}" is a Grafana variable, which Prometheus does not know`,
      suggestion: variable[0].includes('interval') ? 'write a duration such as 5m' : 'write the value itself',
    };
  }
  const call = /([a-z_]\w*)\s*\($/i.exec(query.slice(0, index + 1));
  if (call?.[1] !== undefined) {
    const nearest = nearestName(call[1], functionNames());
    return {
      index: call.index,
      message: `function "${call[1]}" not found`,
      isDoubtful: true,
      suggestion: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
    };
  }
  const range = /\[([^\][:]*)$/.exec(query.slice(0, index));
  if (range !== null) {
    const start = index - (range[1]?.length ?? 0);
    const text = /^[^\][:]*/.exec(query.slice(start))?.[0] ?? '';
    return {
      index: start,
      message: `"${text}" is not a duration`,
      // A newer server may compute durations with functions that the grammar does not know.
      isDoubtful: /^\s*[a-z_]\w*\s*\(/i.test(text),
      suggestion: `write ${suggestDuration(text) ?? 'a duration such as 5m'}`,
    };
  }
  const matcher = /(=~|!~|!=|=)\s*$/.exec(query.slice(0, index));
  if (matcher !== null && /[\w.-]/.test(query[index] ?? '')) {
    const value = /^[\w.-]+/.exec(query.slice(index))?.[0] ?? '';
    return { message: `the label value ${value} is not quoted`, suggestion: `write ${matcher[1]}"${value}"` };
  }
  return undefined;
}

function children(node: SyntaxNode): SyntaxNode[] {
  const list: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) list.push(child);
  return list;
}

/** What leaves an expression of the type that it is. */
const WRAPPERS = new Set(['ParenExpr', 'OffsetExpr', 'StepInvariantExpr', 'AnchoredExpr', 'SmoothedExpr']);

/** Whether an expression returns a range of samples (`up[5m]`) instead of one value a series. */
function isRange(expression: SyntaxNode): boolean {
  let node: SyntaxNode | null = expression;
  while (node !== null && WRAPPERS.has(node.name)) node = node.firstChild;
  return node?.name === 'MatrixSelector' || node?.name === 'SubqueryExpr';
}

/** The innermost call with a range where none is allowed, or without one where it is needed. */
function findTypeMistake(query: string, tree: Tree): PromqlProblem | undefined {
  let found: PromqlProblem | undefined;
  // Without recursion: a long sum is a tree as deep as it has terms.
  tree.iterate({
    enter: () => true,
    leave: ({ node }) => {
      found ??= typeMistakeOf(query, node);
    },
  });
  return found;
}

/** Source: the type rules of Prometheus. */
function typeMistakeOf(query: string, node: SyntaxNode): PromqlProblem | undefined {
  if (node.name !== 'FunctionCall' && node.name !== 'AggregateExpr' && node.name !== 'BinaryExpr')
    return undefined;
  const name = query.slice(node.from, node.firstChild?.to).toLowerCase();
  const body = node.name === 'BinaryExpr' ? node : node.getChild('FunctionCallBody');
  const parts = body === null ? [] : children(body);
  const range = parts.find(isRange);
  const wantsRange = node.name === 'FunctionCall' && rangeFunctions.test(name);
  if (wantsRange && range === undefined) {
    const argument = parts.at(-1);
    const text = argument === undefined ? 'metric' : query.slice(argument.from, argument.to);
    const isSelector = argument?.name === 'VectorSelector';
    return {
      index: argument?.from ?? node.from,
      message: `${name}() needs a range of samples`,
      suggestion: isSelector ? `write ${text}[5m]` : `add a range such as [5m], or [5m:] after an expression`,
    };
  }
  if (!wantsRange && range !== undefined) {
    const text = query.slice(range.from, range.to);
    return {
      index: range.from,
      message: `${node.name === 'BinaryExpr' ? 'an operator' : `${name}()`} cannot take the range ${text}`,
      suggestion: `write rate(${text}) or avg_over_time(${text})`,
    };
  }
  return undefined;
}

/** The first error in a PromQL query, or undefined when Prometheus would accept it for `query_range`. */
export function findPromqlProblem(query: string): PromqlProblem | undefined {
  if (query.trim() === '') return { index: 0, message: 'it is empty' };
  if (query.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) {
    return { index: 0, message: 'it holds only a comment' };
  }
  const tree = parsePromql(query);
  let at: number | undefined;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError && (at === undefined || node.from < at)) at = node.from;
    },
  });
  if (at !== undefined) {
    const known = unbalanced(query) ?? commonMistake(query, at);
    if (known !== undefined) return { ...known, index: known.index ?? at };
    const word = /^(?:\w+|\S)/.exec(query.slice(at))?.[0];
    return {
      index: Math.min(at, Math.max(0, query.trimEnd().length - 1)),
      message:
        word === undefined
          ? `something is missing after "${query.trim().split(/\s+/).at(-1)}"`
          : `"${word}" is not expected here`,
      isDoubtful: word !== undefined,
    };
  }
  const expression = children(tree.topNode).find(({ name }) => name !== 'LineComment');
  if (expression === undefined) return undefined;
  if (expression.name === 'StringLiteral') {
    return {
      index: expression.from,
      message: 'it is a string, not a metric',
      suggestion: 'write the name of a metric, without the inner quotes',
    };
  }
  if (isRange(expression)) {
    const text = query.slice(expression.from, expression.to);
    return {
      index: expression.from,
      message: 'it returns a range of samples where one value a step is needed',
      suggestion: `write rate(${text}) for a counter, or avg_over_time(${text})`,
    };
  }
  return findTypeMistake(query, tree);
}
