import type { SyntaxNode } from '@lezer/common';
import { parsePromql } from './promql-tree.ts';

/** The position of an instant vector selector in a query, with its modifiers (`offset`, `@`). */
export interface SelectorPlace {
  readonly start: number;
  readonly end: number;
  /** The start of the modifiers; `end` when there are none. */
  readonly modifiersStart: number;
  /**
   * Whether a `group_left` or `group_right` without labels precedes it, which would take a bracket as its
   * label list.
   */
  readonly followsGroup?: true;
}

/**
 * Suffixes of an expression: `up offset 5m`, `up @ 0`, `up[5m]`, `up[5m:1m]`, `up anchored`, `up smoothed`.
 */
const SUFFIXES = new Set([
  'OffsetExpr',
  'StepInvariantExpr',
  'MatrixSelector',
  'SubqueryExpr',
  'AnchoredExpr',
  'SmoothedExpr',
]);
/**
 * The parser drops nodes deeper than 2,500 levels, a sum of that many terms. A tree below this depth is
 * complete.
 */
const MAXIMUM_DEPTH = 2000;
/** Functions that read more of a selector than its samples: the time, the labels or the matchers. */
const TAKES_SELECTOR = new Set(['timestamp', 'start_timestamp', 'absent']);

/**
 * Finds the selectors of a PromQL query that return one sample a step: `up{job="a"} offset 5m`, and in a
 * subquery `up[1h:1m]` the inner selector. Skips those that cannot be replaced by another expression: a range
 * `up[5m]`, the argument of `timestamp` and `absent`, the second argument of `info`, and a selector that is
 * `anchored` or `smoothed`.
 *
 * @returns non-overlapping positions in the order of the text; undefined when the query is not valid PromQL,
 * or is nested too deeply to find them all.
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
      // In the grammar a suffix applies to the whole of `a + b offset 5m`; in Prometheus only to the operand
      // before it, `b`.
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

/**
 * @returns the end of the modifiers that begin at `end`; undefined when the result does not have one sample a
 * step.
 */
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
