/** Where a value or key was written. */
export interface Origin {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Characters on that line; at least 1. */
  readonly length: number;
  /** The whole line, for the excerpt under a message. */
  readonly lineText: string;
}

/** A value of YAML's core schema. */
export type ScalarValue = string | number | boolean | null;

/**
 * A configuration with the origin of each of its parts, so that problems found later can name file and line.
 */
export type Tree = ScalarTree | MappingTree | ListTree;

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  readonly origin: Origin;
  /** The origin of one character of a text value, for problems inside it. */
  readonly originAt?: ((index: number) => Origin) | undefined;
}

export interface MappingTree {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, { readonly key: Origin; readonly value: Tree }>;
  readonly origin: Origin;
}

export interface ListTree {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly origin: Origin;
}

/**
 * The values alone. An explicit `null` in a mapping counts as not written, so that a default applies again.
 */
export function toPlain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toPlain);
  const plain: Record<string, unknown> = {};
  for (const [key, { value }] of tree.entries) {
    if (value.kind === 'scalar' && value.value === null) continue;
    // Not an assignment: a key named __proto__ must stay a key, to be refused as unknown.
    Object.defineProperty(plain, key, {
      value: toPlain(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return plain;
}

/** The tree at a path, or undefined when it has no value. */
export function treeAt(tree: Tree, path: readonly PropertyKey[]): Tree | undefined {
  let here: Tree | undefined = tree;
  for (const part of path) {
    if (here?.kind === 'mapping') here = here.entries.get(String(part))?.value;
    else if (here?.kind === 'list' && typeof part === 'number') here = here.items[part];
    else return undefined;
  }
  return here;
}

/**
 * The origin of the key at a path; for a list's item that of the item; for a missing key that of its parent.
 */
export function keyOriginAt(tree: Tree, path: readonly PropertyKey[]): Origin {
  let here: Tree = tree;
  let origin = tree.origin;
  for (const part of path) {
    if (here.kind === 'mapping') {
      const entry = here.entries.get(String(part));
      if (entry === undefined) return origin;
      origin = entry.key;
      here = entry.value;
    } else {
      const item: Tree | undefined =
        here.kind === 'list' && typeof part === 'number' ? here.items[part] : undefined;
      if (item === undefined) return origin;
      origin =
        item.kind === 'mapping' ? (item.entries.values().next().value?.key ?? item.origin) : item.origin;
      here = item;
    }
  }
  return origin;
}

/** Every leaf's path with its origin. */
export function* leavesOf(
  tree: Tree,
  path: readonly PropertyKey[] = [],
): Generator<[PropertyKey[], ScalarTree]> {
  if (tree.kind === 'scalar') yield [[...path], tree];
  else if (tree.kind === 'list') {
    for (const [index, item] of tree.items.entries()) yield* leavesOf(item, [...path, index]);
  } else for (const [key, { value }] of tree.entries) yield* leavesOf(value, [...path, key]);
}
