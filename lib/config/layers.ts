import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { merge } from './merge.ts';
import { nearestName } from './nearest-name.ts';
import { isPresetName, presetFile, presetNames } from './presets/preset-files.ts';
import type { ConfigurationProblem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { readText } from './read-text.ts';
import { readYaml } from './read-yaml.ts';
import type { MappingTree, Origin, Tree } from './tree.ts';

/** The names of the built-in profiles. */
export const profileNames = ['balanced', 'high-frequency', 'resource-constrained', 'high-accuracy'] as const;

const allowedNames = {
  extends: `${profileNames.join(', ')}, or a path such as ./base.yaml`,
  presets: `a list of ${presetNames.join(', ')}`,
} as const;

const profileFolder = fileURLToPath(new URL('../../config/profiles/', import.meta.url));

/** Reads the layers of a configuration and collects their `problems`. */
export class LayerReader {
  readonly problems: ConfigurationProblem[] = [];
  readonly files: string[] = [];
  /** The last profile that was read. */
  profile: string | undefined;
  /** The files that belong to profiles. */
  readonly profileFiles = new Set<string>();
  /** A layer is unreadable, so later checks would report false problems. */
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

  /** The top mapping of one file; `referrer` is where another file named it. */
  readFile(path: string, referrer: Origin | undefined): MappingTree | undefined {
    const file = relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path);
    const start: Origin = { file, line: 1, column: 1, length: 1, lineText: '' };
    const reading = readText(path);
    if (reading.text === undefined) {
      const { message } = reading;
      const suggestion = reading.isAbsent ? suggestFile(path) : reading.suggestion;
      if (referrer !== undefined)
        return this.fail(
          problemAt(referrer, ['extends'], `the file ${file} that is extended ${message}`, { suggestion }),
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

  /** A file with all that it extends. `chain` holds the files that led here. */
  readLayers(path: string, chain: readonly string[], referrer: Origin | undefined): Tree | undefined {
    const own = this.readFile(path, referrer);
    if (own === undefined) return undefined;
    const entries = new Map(own.entries);
    const extended = entries.get('extends');
    const presets = entries.get('presets');
    entries.delete('extends');
    entries.delete('presets');
    let below: Tree | undefined;
    const add = (layer: Tree | undefined) => {
      if (layer !== undefined) below = below === undefined ? layer : merge(below, layer);
    };
    for (const { name, origin } of this.#namesOf('extends', extended?.value))
      add(this.#readExtended(name, origin, [...chain, path]));
    for (const { name, origin } of this.#namesOf('presets', presets?.value))
      add(this.#readPreset(name, origin));
    const top: Tree = { ...own, entries };
    return below === undefined ? top : merge(below, top);
  }

  /** The names that `extends` or `presets` lists; one alone needs no list. */
  #namesOf(key: keyof typeof allowedNames, named: Tree | undefined): { name: string; origin: Origin }[] {
    if (named === undefined || (named.kind === 'scalar' && named.value === null)) return [];
    const items = named.kind === 'list' ? named.items : [named];
    return items.flatMap((item) => {
      if (item.kind === 'scalar' && typeof item.value === 'string')
        return [{ name: item.value, origin: item.origin }];
      this.fail(
        problemAt(
          item.origin,
          [key],
          `${key} must name ${key === 'extends' ? 'a profile or a file' : 'presets'}`,
          {
            allowed: allowedNames[key],
          },
        ),
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
        problemAt(origin, ['extends'], `extends is circular: ${circle.join(' -> ')}`, {
          suggestion: 'remove extends from one of these files',
        }),
      );
    }
    return this.readLayers(path, chain, origin);
  }

  /** The metrics of a preset, as if they were written in a file that is extended. */
  #readPreset(name: string, referrer: Origin): Tree | undefined {
    if (!isPresetName(name)) {
      const nearest = nearestName(name, presetNames);
      return this.fail(
        problemAt(referrer, ['presets'], `preset "${name}" not found`, {
          allowed: allowedNames.presets,
          suggestion: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
        }),
      );
    }
    const tree = this.readFile(presetFile(name), referrer);
    const metrics = tree?.entries.get('metrics');
    if (tree === undefined || metrics?.value.kind !== 'list') return undefined;
    // `why` is for readers of the preset.
    const items = metrics.value.items.map((item) => (item.kind === 'mapping' ? without(item, 'why') : item));
    return { ...tree, entries: new Map([['metrics', { ...metrics, value: { ...metrics.value, items } }]]) };
  }

  readProfile(name: string, referrer: Origin): Tree | undefined {
    if (!profileNames.some((known) => known === name)) {
      const nearest = nearestName(name, profileNames);
      return this.fail(
        problemAt(referrer, ['extends'], `profile "${name}" not found`, {
          allowed: allowedNames.extends,
          suggestion: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
        }),
      );
    }
    this.profile = name;
    const tree = this.readFile(join(profileFolder, `${name}.yaml`), referrer);
    if (tree !== undefined) this.profileFiles.add(tree.origin.file);
    return tree;
  }

  /** The file beside the configuration that holds one section only. */
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

function without(tree: MappingTree, key: string): MappingTree {
  return { ...tree, entries: new Map([...tree.entries].filter(([name]) => name !== key)) };
}

/** A file with a similar name in the same folder. */
function suggestFile(path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) return `the folder ${folder} does not exist either: check the path`;
  const nearest = nearestName(
    basename(path),
    readdirSync(folder).filter((name) => /\.(?:ya?ml|json)$/.test(name)),
  );
  return nearest === undefined ? 'check the path' : `did you mean "${nearest}"?`;
}
