import type * as z from 'zod';
import { type JsonSchema, writtenJsonSchema } from './json-schema.ts';
import { type ConfigurationProblem, formatPath } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { IssueTranslator } from './schema-objection.ts';
import { describeAllowed } from './schema-walk.ts';
import { keyOriginAt, type Tree, toPlain, treeAt } from './tree.ts';
import { didYouMean, isMapping } from './value-advice.ts';
import { yamlVocabulary } from './vocabulary.ts';

type Path = readonly PropertyKey[];
type Details = Pick<ConfigurationProblem, 'found' | 'allowed' | 'suggestion'>;

const secretTitles = ['secret reference', 'PEM reference'];

/**
 * Turns the issues of the schema into problems with file, line, column, the value found and the values
 * allowed.
 */
class ProblemWriter {
  readonly #tree: Tree;
  readonly #isProfile: (file: string) => boolean;
  readonly #translator: IssueTranslator;

  constructor(tree: Tree, isProfile: (file: string) => boolean) {
    this.#tree = tree;
    this.#isProfile = isProfile;
    this.#translator = new IssueTranslator(
      writtenJsonSchema(),
      toPlain(tree),
      yamlVocabulary,
      (path) => treeAt(tree, path) !== undefined,
    );
  }

  write(issue: z.core.$ZodIssue): ConfigurationProblem[] {
    const { path, code } = issue;
    const value = this.#translator.valueAt(path);
    const schema = this.#translator.schemaAt(path);
    const isSecret = secretTitles.includes(schema.title ?? '') && value !== undefined && value !== null;
    if (isSecret && code !== 'custom' && code !== 'unrecognized_keys')
      return [this.#secret(path, schema, value)];
    const line = code === 'custom' ? this.#lineOfFirst(issue.params ?? {}) : '';
    return this.#translator
      .translate(issue)
      .map(({ path: place, message, isAtKey, ...details }) =>
        this.#problem(place, `${message}${line}`, details, isAtKey),
      );
  }

  /** The place of the other value that conflicts with this one. */
  #lineOfFirst({ first }: Readonly<Record<string, unknown>>): string {
    return Array.isArray(first) ? ` in line ${keyOriginAt(this.#tree, first).line}` : '';
  }

  #secret(path: Path, schema: JsonSchema, value: unknown): ConfigurationProblem {
    const allowed = describeAllowed(schema);
    if (!isMapping(value)) {
      return this.#problem(path, 'must be a reference to a secret, not the secret itself', {
        found: 'a literal value (not shown)',
        allowed,
        suggestion:
          'keep it in Secrets Manager, SSM or for local use in an environment variable, and name it here; if this file was ever shared, replace the secret',
      });
    }
    const known = (schema.anyOf ?? []).flatMap(({ properties = {} }) => Object.keys(properties));
    const keys = Object.keys(value);
    const unknown = keys.find((key) => !known.includes(key));
    const places = keys.filter((key) => known.includes(key) && key !== 'field');
    let message = 'does not name where the secret is kept';
    let suggestion: string | undefined;
    if (unknown !== undefined) {
      message = `is a reference with the unknown key ${unknown}`;
      suggestion = didYouMean(unknown, known);
    } else if (places.length > 1) {
      message = `names ${places.length} places at once: ${places.join(' and ')}`;
      suggestion = `keep one of them`;
    } else if (keys.includes('field') && places.length === 1 && places[0] !== 'secretsManager') {
      message = `has a field, which only a secret of secretsManager has`;
      suggestion = 'remove field';
    } else if (places.length === 1) message = `is a reference whose ${places[0]} is not a name`;
    return this.#problem(path, message, { allowed, suggestion }, true);
  }

  #problem(path: Path, message: string, details: Details, isAtKey = false): ConfigurationProblem {
    const here = treeAt(this.#tree, path);
    const isAtValue = here?.kind === 'scalar' && !isAtKey;
    const written = isAtValue ? here.origin : keyOriginAt(this.#tree, path);
    // What is missing in a profile's section is reported in the user's file.
    const origin = here === undefined && this.#isProfile(written.file) ? this.#tree.origin : written;
    return problemAt(origin, path, `${formatPath(path) || 'the configuration'} ${message}`, details);
  }
}

/**
 * The issues of the schema as problems with their places. `isProfile` says which files belong to built-in
 * profiles.
 */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  tree: Tree,
  isProfile: (file: string) => boolean,
): ConfigurationProblem[] {
  if (issues.length === 0) return [];
  const writer = new ProblemWriter(tree, isProfile);
  return issues.flatMap((issue) => writer.write(issue));
}
