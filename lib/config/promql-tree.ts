import type { PartialParse, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** Internal counters of the parser. */
interface CountingParse extends PartialParse {
  bigReductionCount?: number;
}

/**
 * The syntax tree of a PromQL query; an error is a node whose type `isError`.
 *
 * The parser is made for editors: it gives up on a chain of some 200 terms (`a or b or ...`), since a tree so
 * deep is slow to edit. A query is read once, so its counter is held at zero.
 */
export function parsePromql(query: string): Tree {
  const parse: CountingParse = parser.startParse(query);
  for (;;) {
    const tree = parse.advance();
    if (tree !== null) return tree;
    parse.bigReductionCount = 0;
  }
}
