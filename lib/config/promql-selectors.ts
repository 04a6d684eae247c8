import type { SyntaxNode } from '@lezer/common';
import { parsePromql } from './promql-tree.ts';

/** Where an instant vector selector stands in a query, its modifiers (`offset`, `@`) included. */
export interface SelectorPlace {
  readonly start: number;
  readonly end: number;
  /** Where the modifiers begin; `end` when there are none. */
  readonly modifiersStart: number;
  /** Whether a `group_left` or `group_right` without labels stands before it, which would take a bracket for its list. */
  readonly followsGroup?: true;
}

/** What may follow an expression: `up offset 5m`, `up @ 0`, `up[5m]`, `up[5m:1m]`, `up anchored`, `up smoothed`. */
const SUFFIXES = new Set([
  'OffsetExpr',
  'StepInvariantExpr',
  'MatrixSelector',
  'SubqueryExpr',
  'AnchoredExpr',
  'SmoothedExpr',
]);
/** The parser leaves out what lies deeper than 2,500 nodes: a sum of so many terms. Only a tree below that is whole. */
const MAXIMUM_DEPTH = 2000;
/** Functions that read more of a selector than its samples: the time, the labels or the matchers that it is written with. */
const TAKES_SELECTOR = new Set(['timestamp', 'start_timestamp', 'absent']);

/**
 * Finds the selectors of a PromQL query that give one sample a step: `up{job="a"} offset 5m`, and of a subquery
 * `up[1h:1m]` the selector inside. Left out are those that can't be replaced by another expression: a range `up[5m]`,
 * the argument of `timestamp` and `absent`, the second one of `info`, and a selector that is `anchored` or `smoothed`.
 *
 * @returns the places in the order of the text, apart from each other; undefined when the query is not valid PromQL, or is
 *   nested so deeply that not all of them can be found.
 */
export function instantSelectors(query: string): SelectorPlace[] | undefined {
  const tree = parsePromql(query);
  const suffixes = new Map<number, SyntaxNode>();
  const selectors: { readonly node: SyntaxNode; readonly followsGroup: boolean }[] = [];
  let isWhole = true;
  let depth = 0;
  let previousLeaf = '';
  tree.iterate({
    enter: ({ type, node }) => {
      depth += 1;
      if (type.isError || depth > MAXIMUM_DEPTH) isWhole = false;
      // The grammar lets a suffix take the whole of `a + b offset 5m`; Prometheus lets it take what stands before it, `b`.
      if (SUFFIXES.has(type.name)) suffixes.set(node.firstChild?.to ?? node.from, node);
      if (type.name === 'VectorSelector')
        selectors.push({ node, followsGroup: /^Group(?:Left|Right)$/.test(previousLeaf) });
      if (node.firstChild === null && type.name !== 'LineComment') previousLeaf = type.name;
    },
    leave: () => {
      depth -= 1;
    },
  });
  if (!isWhole) return undefined;
  return selectors.flatMap(({ node, followsGroup }) => {
    const end = instantEnd(node.to, suffixes);
    if (end === undefined || isTakenAsWritten(query, node, end)) return [];
    const place = { start: node.from, end, modifiersStart: node.to };
    return [followsGroup ? { ...place, followsGroup } : place];
  });
}

/** @returns the end of the modifiers that begin at `end`; undefined when what they modify gives no sample a step. */
function instantEnd(end: number, suffixes: ReadonlyMap<number, SyntaxNode>): number | undefined {
  const suffix = suffixes.get(end);
  if (suffix === undefined || suffix.name === 'SubqueryExpr') return end;
  const isModifier = suffix.name === 'OffsetExpr' || suffix.name === 'StepInvariantExpr';
  return isModifier ? instantEnd(suffix.to, suffixes) : undefined;
}

function isTakenAsWritten(query: string, selector: SyntaxNode, end: number): boolean {
  let argument = selector;
  for (;;) {
    const { parent } = argument;
    if (parent === null) return false;
    const isItsModifier = parent.from === selector.from && parent.to <= end;
    if (!isItsModifier && parent.name !== 'ParenExpr') break;
    argument = parent;
  }
  const call = argument.parent?.parent;
  if (argument.parent?.name !== 'FunctionCallBody' || call?.name !== 'FunctionCall') return false;
  const name = query.slice(call.from, call.firstChild?.to).toLowerCase();
  return isFirst(argument) ? TAKES_SELECTOR.has(name) : name === 'info';
}

function isFirst({ prevSibling }: SyntaxNode): boolean {
  return prevSibling === null || (prevSibling.name === 'LineComment' && isFirst(prevSibling));
}
