import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
} from 'yaml';
import { readPlainScalar } from './plain-scalar.ts';
import { type ConfigurationProblem, formatPath } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { offsetInScalar, SourceText } from './source-text.ts';
import { type SubstitutionProblem, substitute } from './substitute.ts';
import type { Origin, ScalarTree, Tree } from './tree.ts';
import { explainYamlErrors } from './yaml-messages.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** More values than this are an alias bomb, not a configuration. */
const maximumValues = 50_000;
/** Deeper nesting would exhaust the stack. */
const maximumDepth = 50;

/** The content of a YAML text; the tree is undefined when the text is empty or invalid. */
export interface YamlReading {
  readonly tree: Tree | undefined;
  readonly problems: readonly ConfigurationProblem[];
}

/** Reads one YAML text, replaces its variables, and records where everything was written. Never throws. */
export function readYaml(file: string, text: string, environment: Environment): YamlReading {
  const source = new SourceText(file, text);
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, schema: 'core' });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined) return { tree: undefined, problems: [] };
  if (document.errors.length + document.warnings.length > 0) {
    return { tree: undefined, problems: explainYamlErrors(document, source) };
  }
  if (second !== undefined) {
    const origin = source.originAt(second.range[0]);
    const message = 'a second YAML document starts here';
    const suggestion = 'remove the "---" line; to layer configurations write "extends: ./other.yaml"';
    return { tree: undefined, problems: [problemAt(origin, [], message, { suggestion })] };
  }
  const reader = new TreeReader(source, environment, (alias) => alias.resolve(document));
  const tree = document.contents === null ? undefined : reader.read(document.contents, []);
  return { tree, problems: reader.problems };
}

class TreeReader {
  readonly problems: ConfigurationProblem[] = [];
  readonly #source: SourceText;
  readonly #environment: Environment;
  readonly #resolve: (alias: Alias) => Node | undefined;
  readonly #open = new Set<Node>();
  readonly #targets = new Map<Alias, Node>();
  #values = 0;
  /** The top-level key that is being read; its aliases were defined elsewhere. */
  #topKey: Origin | undefined;

  constructor(source: SourceText, environment: Environment, resolve: (alias: Alias) => Node | undefined) {
    this.#source = source;
    this.#environment = environment;
    this.#resolve = resolve;
  }

  read(node: Node, path: readonly PropertyKey[]): Tree {
    const origin = this.#originOf(node);
    const empty: ScalarTree = { kind: 'scalar', value: null, origin };
    this.#values++;
    if (this.#values > maximumValues || path.length > maximumDepth) {
      // Reported once: every further value would repeat the message.
      if (this.#values !== Number.POSITIVE_INFINITY) {
        const isDeep = path.length > maximumDepth;
        const size = isDeep ? `${maximumDepth} levels` : `${maximumValues} values`;
        const suggestion = isDeep
          ? 'check the indentation and brackets'
          : 'aliases (*name) of aliases multiply: write the values out';
        this.#add(this.#topKey ?? origin, path.slice(0, 1), `the file expands to more than ${size}`, {
          suggestion,
        });
      }
      this.#values = Number.POSITIVE_INFINITY;
      return empty;
    }
    if (isAlias(node)) return this.#readAlias(node, path, empty);
    if (this.#open.has(node)) {
      this.#add(origin, path, `${formatPath(path)} refers to itself through an alias`, {
        suggestion: 'write the value out in one of the places',
      });
      return empty;
    }
    this.#open.add(node);
    const tree = this.#readContents(node, path, empty);
    this.#open.delete(node);
    return tree;
  }

  #readAlias(alias: Alias, path: readonly PropertyKey[], empty: ScalarTree): Tree {
    // Resolving an anchor walks the document, so the result is cached for each alias.
    const target = this.#targets.get(alias) ?? this.#resolve(alias);
    if (target !== undefined) this.#targets.set(alias, target);
    if (target !== undefined) return this.read(target, path);
    this.#add(empty.origin, path, `the alias *${alias.source} has no anchor`, {
      suggestion: `define it earlier with &${alias.source}, or quote a text that starts with *`,
    });
    return empty;
  }

  #readContents(node: Node, path: readonly PropertyKey[], empty: ScalarTree): Tree {
    if (isScalar(node)) return this.#readScalar(node, path, empty.origin);
    if (isMap(node)) return this.#readMapping(node, path, empty.origin);
    if (!isSeq(node)) return empty;
    const items = node.items.map((item, index) => this.read(item as Node, [...path, index]));
    return { kind: 'list', items, origin: empty.origin };
  }

  #readMapping(node: YAMLMap, path: readonly PropertyKey[], origin: Origin): Tree {
    const entries = new Map<string, { key: Origin; value: Tree }>();
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      if (!isScalar(pair.key)) {
        this.#add(this.#originOf(pair.key), path, 'a key must be a plain word', {
          suggestion: origin.lineText.includes('{{')
            ? 'render the {{ template }} before the file is read'
            : 'in YAML { and [ begin a mapping or list: quote a text that starts with one',
        });
        continue;
      }
      const key = String(pair.key.source ?? pair.key.value);
      const keyOrigin = this.#originOf(pair.key);
      const keyPath = [...path, key];
      if (path.length === 0) this.#topKey = keyOrigin;
      const first = entries.get(key);
      if (first !== undefined) {
        this.#add(
          keyOrigin,
          keyPath,
          `${formatPath(keyPath)} is written twice; the first one is in line ${first.key.line}`,
          {
            suggestion: 'remove one of them, or merge what they hold',
          },
        );
        continue;
      }
      const value: Tree =
        pair.value === null
          ? { kind: 'scalar', value: null, origin: keyOrigin }
          : this.read(pair.value, keyPath);
      const isEmpty =
        isScalar(pair.value) && pair.value.value === null && pair.value.range?.[0] === pair.value.range?.[1];
      entries.set(key, {
        key: keyOrigin,
        value: isEmpty ? { kind: 'scalar', value: null, origin: keyOrigin } : value,
      });
    }
    return { kind: 'mapping', entries, origin };
  }

  #readScalar(node: Scalar, path: readonly PropertyKey[], origin: Origin): ScalarTree {
    const isPlain = node.type === Scalar.PLAIN;
    const written = isPlain ? (node.source ?? '') : node.value;
    const [start, end] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
    if (typeof written !== 'string') return { kind: 'scalar', value: null, origin };
    const offset = (index: number) => offsetInScalar(this.#source.text, start, end, written, index);
    const { text, problems, originalIndex } = substitute(written, this.#environment);
    for (const problem of problems) {
      const at = this.#source.originAt(offset(problem.index), offset(problem.index + problem.length - 1) + 1);
      this.#addVariable(at, path, problem);
    }
    const value = isPlain && problems.length === 0 ? readPlainScalar(text) : text;
    return {
      kind: 'scalar',
      value,
      origin,
      originAt: (index) => this.#source.originAt(offset(originalIndex(index))),
    };
  }

  #addVariable(origin: Origin, path: readonly PropertyKey[], { kind, name }: SubstitutionProblem): void {
    const place = formatPath(path);
    if (kind === 'unset') {
      this.#add(origin, path, `${place} needs the environment variable ${name}, which is not set`, {
        suggestion: `set it (export ${name}=...), or write a default: \${${name}:value}`,
      });
    } else {
      this.#add(origin, path, `${place} has a "\${" without a variable name`, {
        found: `\${${name}`,
        allowed: `\${NAME} or \${NAME:default}, of letters, digits and _`,
        suggestion: 'write $${ for a literal ${',
      });
    }
  }

  #originOf(node: Node): Origin {
    return this.#source.originAt(node.range?.[0] ?? 0, node.range?.[1] ?? 1);
  }

  #add(
    origin: Origin,
    path: readonly PropertyKey[],
    message: string,
    details: Partial<ConfigurationProblem>,
  ): void {
    this.problems.push(problemAt(origin, path, message, details));
  }
}
