import { isOtherKind } from './merge.ts';
import { readPlainScalar } from './plain-scalar.ts';
import type { ConfigurationProblem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { readYaml } from './read-yaml.ts';
import type { MappingTree, Origin, Tree } from './tree.ts';

const prefix = 'TIDEMARK__';

/** `FALSE_ALERTS_PER_WEEK` as the key falseAlertsPerWeek; a name with small letters is used as it is. */
function keyOf(part: string): string {
  if (/[a-z]/.test(part)) return part;
  return part.toLowerCase().replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function originOf(variable: string, value: string): Origin {
  const firstLine = value.split('\n', 1)[0] ?? '';
  const isSecret = /password|token|secret/i.test(variable);
  const lineText = `${variable}=${isSecret ? '********' : firstLine}`;
  return {
    file: `$${variable}`,
    line: 1,
    column: variable.length + 2,
    length: Math.max(1, lineText.length - variable.length - 1),
    lineText,
  };
}

/** The value of an override: a plain YAML scalar, a text in quotes, or a list or mapping in [ ] or { }. */
function readValue(variable: string, value: string, problems: ConfigurationProblem[]): Tree {
  const origin = originOf(variable, value);
  if (!/^\s*(?:[[{]|"[^"]*"\s*$|'[^']*'\s*$)/.test(value))
    return { kind: 'scalar', value: readPlainScalar(value.trim()), origin };
  const reading = readYaml(`$${variable}`, value, {});
  problems.push(...reading.problems);
  return reading.tree ?? { kind: 'scalar', value: null, origin };
}

/** The tree with `value` set at `path`, which begins in the section `key`; an index sets an item of an existing list. */
function withValue(
  tree: Tree | undefined,
  path: readonly string[],
  value: Tree,
  origin: Origin,
  key?: string,
): Tree {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (tree?.kind === 'list') {
    const items = [...tree.items];
    items[Number(part)] = withValue(items[Number(part)], rest, value, origin, key);
    return { ...tree, items };
  }
  const isKept =
    tree?.kind === 'mapping' &&
    !isReplacedReference(tree, part) &&
    !(part === 'kind' && value.kind === 'scalar' && isOtherKind(tree, value.value, key));
  const entries = new Map(isKept ? tree.entries : []);
  const section = key === 'resultCopies' ? 'results' : part;
  entries.set(part, {
    key: origin,
    value: withValue(entries.get(part)?.value, rest, value, origin, section),
  });
  return { kind: 'mapping', entries, origin: tree?.origin ?? origin } satisfies MappingTree;
}

const secretKeys = ['secretsManager', 'ssm', 'env', 'file'];

/** A secret has one reference: naming another one replaces it. */
function isReplacedReference(tree: MappingTree, key: string): boolean {
  return secretKeys.includes(key) && secretKeys.some((other) => other !== key && tree.entries.has(other));
}

/** The first part of the path that leads into a list but is not one of its indices. */
function badIndex(tree: Tree, path: readonly string[]): { part: string; length: number } | undefined {
  let here: Tree | undefined = tree;
  for (const part of path) {
    if (here?.kind === 'list') {
      if (!/^\d+$/.test(part) || Number(part) >= here.items.length)
        return { part, length: here.items.length };
      here = here.items[Number(part)];
    } else here = here?.kind === 'mapping' ? here.entries.get(part)?.value : undefined;
  }
  return undefined;
}

/** A kind replaces its section, so it comes before all other settings, that of an outer section first. */
function kindsFirst(one: string, other: string): number {
  const rank = (variable: string) => (/__kind$/i.test(variable) ? variable.split('__').length : Infinity);
  const [rankOfOne, rankOfOther] = [rank(one), rank(other)];
  if (rankOfOne !== rankOfOther) return rankOfOne - rankOfOther;
  return one < other ? -1 : 1;
}

/**
 * Applies the overrides of the environment to a configuration: `TIDEMARK__SCHEDULE__INTERVAL=5m` sets
 * `schedule.interval`, `TIDEMARK__METRICS__0__QUERY` the query of the first metric. Single underscores
 * separate the words of a key. A `kind` that is not the one of the files replaces its section, as a file would, and
 * quotes make a text of what looks like a number.
 */
export function applyEnvironment(
  tree: Tree,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly tree: Tree; readonly problems: readonly ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  let result = tree;
  for (const variable of Object.keys(environment).sort(kindsFirst)) {
    const value = environment[variable];
    if (!variable.startsWith(prefix) || value === undefined) continue;
    const path = variable.slice(prefix.length).split('__').map(keyOf);
    const origin = originOf(variable, value);
    const index = badIndex(result, path);
    if (path.includes('')) {
      problems.push(
        problemAt(origin, [], `${variable} names no key`, { allowed: 'TIDEMARK__SECTION__KEY=value' }),
      );
    } else if (index !== undefined) {
      problems.push(
        problemAt(origin, path, `${variable} points to item ${index.part} of a list of ${index.length}`, {
          allowed: index.length < 2 ? '0' : `an index from 0 to ${index.length - 1}`,
        }),
      );
    } else
      result = withValue(result, path, readValue(variable, value, problems), {
        ...origin,
        column: 1,
        length: variable.length,
      });
  }
  return { tree: result, problems };
}
