import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyEnvironment } from './environment-overrides.ts';
import { ConfigurationError } from './errors.ts';
import { merge } from './merge.ts';
import { nearestName } from './nearest-name.ts';
import { type ConfigurationProblem, formatPath } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { queryProblems } from './query-problems.ts';
import { readText } from './read-text.ts';
import { readYaml } from './read-yaml.ts';
import { type Configuration, configurationSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { keyOriginAt, leavesOf, type MappingTree, type Origin, type Tree, toPlain } from './tree.ts';

/** The names of the profiles that come with the product. */
export const profileNames = ['balanced', 'high-frequency', 'resource-constrained', 'high-accuracy'] as const;

const profileFolder = fileURLToPath(new URL('../../config/profiles/', import.meta.url));

/** The files beside a configuration that hold one section each. */
const sectionFiles = { 'influxdb.yaml': 'results', 'grafana.yaml': 'grafana' } as const;

export interface LoadOptions {
  /** The configuration file; relative to the working folder. */
  readonly file: string;
  /** The environment variables, for `${NAME}` and `TIDEMARK__` overrides; those of the process by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** A profile that takes the place of the one that the files extend. */
  readonly profile?: string | undefined;
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** The merged document as users write it: what lies in S3, and what {@link configurationSchema} reads again. */
  readonly document: unknown;
  /** Where each written value comes from: `schedule.interval` -> `config/config.yaml:12`. */
  readonly origins: Readonly<Record<string, string>>;
  /** The profile in force; `balanced` is the built-in default. */
  readonly profile: string;
  /** The files that were read, the lowest layer first. */
  readonly files: readonly string[];
}

/** Reads the layers of a configuration; what is wrong with them gathers in `problems`. */
class LayerReader {
  readonly problems: ConfigurationProblem[] = [];
  readonly files: string[] = [];
  profile: string | undefined;
  /** A layer that can't be read makes every later judgement doubtful. */
  isBroken = false;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #replacement: string | undefined;
  readonly #reported = new Set<string>();

  constructor(environment: Readonly<Record<string, string | undefined>>, replacement: string | undefined) {
    this.#environment = environment;
    this.#replacement = replacement;
  }

  fail(problem: ConfigurationProblem): undefined {
    const key = `${problem.file}:${problem.line}:${problem.column}:${problem.message}`;
    if (!this.#reported.has(key)) this.problems.push(problem);
    this.#reported.add(key);
    this.isBroken = true;
    return undefined;
  }

  /** The top mapping of one file; `asked` is where another file named it. */
  readFile(path: string, asked: Origin | undefined): MappingTree | undefined {
    const file = relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path);
    const start: Origin = { file, line: 1, column: 1, length: 1, lineText: '' };
    const reading = readText(path);
    if (reading.text === undefined) {
      const { message } = reading;
      const suggestion = reading.isAbsent ? suggestFile(path) : reading.suggestion;
      if (asked !== undefined)
        return this.fail(
          problemAt(asked, ['extends'], `the file ${file} that is extended ${message}`, { suggestion }),
        );
      const { excerpt: _, ...problem } = problemAt(
        { ...start, ...reading.place },
        [],
        `the configuration file ${file} ${message}`,
        { suggestion },
      );
      return this.fail(problem);
    }
    this.files.push(file);
    const { tree, problems } = readYaml(file, reading.text, this.#environment);
    for (const problem of problems) this.fail(problem);
    if (tree?.kind === 'mapping') return tree;
    if (problems.length > 0) return undefined;
    if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) {
      return { kind: 'mapping', entries: new Map(), origin: start };
    }
    return this.fail(
      problemAt(
        tree.origin,
        [],
        `the file holds ${tree.kind === 'list' ? 'a list' : 'a single value'}, not a mapping`,
        {
          allowed: 'keys with values, such as source: and metrics:',
          suggestion: 'write "key: value", with a space after the colon',
        },
      ),
    );
  }

  /** A file with all that it extends below it. `chain` holds the files that led here. */
  readLayers(path: string, chain: readonly string[], asked: Origin | undefined): Tree | undefined {
    const own = this.readFile(path, asked);
    if (own === undefined) return undefined;
    const entries = new Map(own.entries);
    const extended = entries.get('extends');
    entries.delete('extends');
    let below: Tree | undefined;
    for (const { name, origin } of this.#namesOf(extended?.value)) {
      const layer = this.#readExtended(name, origin, [...chain, path]);
      if (layer !== undefined) below = below === undefined ? layer : merge(below, layer);
    }
    const top: Tree = { ...own, entries };
    return below === undefined ? top : merge(below, top);
  }

  #namesOf(extended: Tree | undefined): { name: string; origin: Origin }[] {
    if (extended === undefined || (extended.kind === 'scalar' && extended.value === null)) return [];
    const items = extended.kind === 'list' ? extended.items : [extended];
    return items.flatMap((item) => {
      if (item.kind === 'scalar' && typeof item.value === 'string')
        return [{ name: item.value, origin: item.origin }];
      this.fail(
        problemAt(item.origin, ['extends'], 'extends must name a profile or a file', {
          allowed: `${profileNames.join(', ')}, or a path such as ./base.yaml`,
        }),
      );
      return [];
    });
  }

  #readExtended(name: string, origin: Origin, chain: readonly string[]): Tree | undefined {
    const isPath = /[/\\]|\.ya?ml$/.test(name);
    if (!isPath) return this.readProfile(this.#replacement ?? name, origin);
    const path = resolve(dirname(chain.at(-1)!), name);
    if (chain.includes(path)) {
      const circle = [...chain.slice(chain.indexOf(path)), path].map((step) => basename(step));
      return this.fail(
        problemAt(origin, ['extends'], `extends goes round in a circle: ${circle.join(' -> ')}`, {
          suggestion: 'remove extends from one of these files',
        }),
      );
    }
    return this.readLayers(path, chain, origin);
  }

  readProfile(name: string, asked: Origin): Tree | undefined {
    if (!profileNames.some((known) => known === name)) {
      const nearest = nearestName(name, profileNames);
      return this.fail(
        problemAt(asked, ['extends'], `there is no profile "${name}"`, {
          allowed: `${profileNames.join(', ')}, or a path such as ./base.yaml`,
          suggestion: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
        }),
      );
    }
    this.profile = name;
    return this.readFile(join(profileFolder, `${name}.yaml`), asked);
  }

  /** The file beside the configuration that may hold one section only. */
  readSection(path: string, section: string): Tree | undefined {
    const tree = this.readFile(path, undefined);
    if (tree === undefined) return undefined;
    for (const [key, { key: origin }] of tree.entries) {
      if (key === section) continue;
      this.problems.push(
        problemAt(origin, [key], `${key} does not belong in ${basename(path)}`, {
          allowed: `${section}:`,
          suggestion: `move it into the main file, or under ${section}: if it is part of it`,
        }),
      );
    }
    return { ...tree, entries: new Map([...tree.entries].filter(([key]) => key === section)) };
  }
}

/**
 * Loads a configuration: built-in defaults <- profile <- the files that it extends <- the file <- influxdb.yaml and
 * grafana.yaml beside it <- TIDEMARK__ variables. All problems are reported at once.
 *
 * @throws ConfigurationError with every problem, each with file, line, column and the way out.
 */
export function loadConfiguration(options: LoadOptions): LoadedConfiguration {
  const environment = options.environment ?? process.env;
  const path = resolve(options.file);
  const reader = new LayerReader(environment, options.profile);
  let tree = reader.readLayers(path, [], undefined);
  if (tree?.kind === 'mapping' && tree.entries.size === 0 && !reader.isBroken) {
    const { excerpt: _, ...problem } = problemAt(
      tree.origin,
      [],
      `the configuration file ${tree.origin.file} is empty`,
      {
        suggestion:
          'write at least a line "source: { url: http://127.0.0.1:9090 }" and a line "metrics: [{ name: up, query: up }]"',
      },
    );
    reader.fail(problem);
  }
  if (options.profile !== undefined && reader.profile === undefined) {
    const argument = `--profile ${options.profile}`;
    const origin = {
      file: 'command line',
      line: 1,
      column: 11,
      length: options.profile.length,
      lineText: argument,
    };
    const profile = reader.readProfile(options.profile, origin);
    if (profile !== undefined && tree !== undefined) tree = merge(profile, tree);
  }
  for (const [name, section] of Object.entries(sectionFiles)) {
    const beside = join(dirname(path), name);
    if (beside === path || !existsSync(beside)) continue;
    const layer = reader.readSection(beside, section);
    if (layer !== undefined && tree !== undefined) tree = merge(tree, layer);
  }
  if (tree === undefined || reader.isBroken) throw new ConfigurationError(inOrder(reader.problems));
  const overridden = applyEnvironment(tree, environment);
  const document = toPlain(overridden.tree);
  const result = configurationSchema.safeParse(document);
  const problems = [
    ...reader.problems,
    ...overridden.problems,
    ...schemaProblems(result.error?.issues ?? [], overridden.tree),
    ...queryProblems(overridden.tree),
  ];
  if (!result.success || problems.length > 0) throw new ConfigurationError(inOrder(problems));
  const origins: Record<string, string> = {};
  for (const [leaf, { origin }] of leavesOf(overridden.tree)) {
    const { file, line } = origin.lineText === '' ? keyOriginAt(overridden.tree, leaf) : origin;
    origins[formatPath(leaf)] = `${file}:${line}`;
  }
  const { profile = 'balanced', files } = reader;
  return { configuration: result.data, document, origins, profile, files };
}

/** A file of a similar name in the same folder. */
function suggestFile(path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) return `there is no folder ${folder} either: check the path`;
  const nearest = nearestName(
    basename(path),
    readdirSync(folder).filter((name) => /\.(?:ya?ml|json)$/.test(name)),
  );
  return nearest === undefined ? 'check the path' : `did you mean "${nearest}"?`;
}

/** As a reader meets them: file by file, from the top down. */
function inOrder(problems: readonly ConfigurationProblem[]): ConfigurationProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return problems.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
