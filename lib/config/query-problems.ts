import { type ConfigurationProblem, formatPath } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { findPromqlProblem, unbalanced } from './promql.ts';
import { type Tree, treeAt } from './tree.ts';

/** PromQL errors, each at its position within the query; of MetricsQL only the brackets are checked. */
export function queryProblems(tree: Tree): ConfigurationProblem[] {
  const metrics = treeAt(tree, ['metrics']);
  if (metrics?.kind !== 'list') return [];
  const dialect = treeAt(tree, ['source', 'dialect']);
  const isMetricsql = dialect?.kind === 'scalar' && dialect.value === 'metricsql';
  const find = isMetricsql ? unbalanced : findPromqlProblem;
  const language = isMetricsql ? 'MetricsQL' : 'PromQL';
  return metrics.items.flatMap((_, index) => {
    const path = ['metrics', index, 'query'];
    const query = treeAt(tree, path);
    if (query?.kind !== 'scalar' || typeof query.value !== 'string' || query.value === '') return [];
    const problem = find(query.value);
    if (problem === undefined) return [];
    const origin = { ...(query.originAt?.(problem.index) ?? query.origin) };
    return [
      problemAt(origin, path, `${formatPath(path)} is not valid ${language}: ${problem.message}`, {
        ...(problem.isDoubtful === true ? { doubtfulQuery: query.value } : {}),
        found: excerptAround(query.value, problem.index),
        suggestion: problem.suggestion,
      }),
    ];
  });
}

/** The query around a place, in one line. */
function excerptAround(query: string, index: number): string {
  const start = Math.max(0, index - 30);
  const end = Math.min(query.length, index + 30);
  const text = query.slice(start, end).replaceAll(/\s+/g, ' ').trim();
  return `${start > 0 ? '...' : ''}${text}${end < query.length ? '...' : ''}`;
}
