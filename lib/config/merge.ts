import type { ListTree, MappingTree, Tree } from './tree.ts';

const kinded = new Set(['source', 'results', 'models', 'auth']);
const secretKeys = ['secretsManager', 'ssm', 'env', 'file'];

function scalarAt(tree: Tree | undefined, key: string): unknown {
  const value = tree?.kind === 'mapping' ? tree.entries.get(key)?.value : undefined;
  return value?.kind === 'scalar' ? value.value : undefined;
}

/**
 * Whether a section of this kind replaces what stands there: the settings of two kinds never belong together.
 *
 * @param key the name of the section, such as `results`.
 */
export function isOtherKind(lower: MappingTree, kind: unknown, key: string | undefined): boolean {
  const lowerKind = scalarAt(lower, 'kind');
  return kinded.has(key ?? '') && lowerKind != null && kind != null && lowerKind !== kind;
}

/** A secret reference, or a section of another kind, replaces the lower one completely. */
function replacesWhole(lower: MappingTree, higher: MappingTree, key: string | undefined): boolean {
  if (secretKeys.some((secretKey) => higher.entries.has(secretKey))) {
    return secretKeys.some((secretKey) => lower.entries.has(secretKey));
  }
  return isOtherKind(lower, scalarAt(higher, 'kind'), key);
}

/** Metrics merge by name: a higher layer changes a metric in its place, and appends new ones. */
function mergeByName(lower: ListTree, higher: ListTree): ListTree {
  const items: Tree[] = [...lower.items];
  const taken = new Set<number>();
  for (const item of higher.items) {
    const name = scalarAt(item, 'name');
    const index = lower.items.findIndex(
      (candidate, at) => name !== undefined && !taken.has(at) && scalarAt(candidate, 'name') === name,
    );
    if (index < 0) items.push(item);
    else {
      taken.add(index);
      items[index] = mergeAt(lower.items[index]!, item, ['metrics', index]);
    }
  }
  return { kind: 'list', items, origin: higher.origin };
}

function mergeAt(lower: Tree, higher: Tree, path: readonly PropertyKey[]): Tree {
  if (lower.kind === 'list' && higher.kind === 'list' && path.length === 1 && path[0] === 'metrics') {
    return mergeByName(lower, higher);
  }
  if (lower.kind !== 'mapping' || higher.kind !== 'mapping') return higher;
  const [first, ...rest] = path;
  const section = first === 'resultCopies' && rest.length === 1 ? 'results' : path.at(-1);
  if (replacesWhole(lower, higher, typeof section === 'string' ? section : undefined)) return higher;
  const entries = new Map(lower.entries);
  for (const [key, entry] of higher.entries) {
    const below = entries.get(key);
    const value = below === undefined ? entry.value : mergeAt(below.value, entry.value, [...path, key]);
    entries.set(key, { key: entry.key, value });
  }
  return { kind: 'mapping', entries, origin: higher.origin };
}

/**
 * Merges a higher layer over a lower one. Mappings merge key by key; lists and scalars of the higher one
 * replace those of the lower one; `metrics` merge by `name`; a secret reference or a section of another
 * `kind` is replaced completely.
 */
export function merge(lower: Tree, higher: Tree): Tree {
  return mergeAt(lower, higher, []);
}
