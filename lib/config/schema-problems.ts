import type * as z from 'zod';
import { type JsonSchema, writtenJsonSchema } from './json-schema.ts';
import { type ConfigurationProblem, formatPath } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { describeAllowed, keysOf, kindsOf, kindsWithKey, placesOf, schemaAt } from './schema-walk.ts';
import { keyOriginAt, type Tree, toPlain, treeAt } from './tree.ts';
import {
  describeExpected,
  describeFound,
  didYouMean,
  isMapping,
  suggestMissing,
  suggestType,
} from './value-advice.ts';

type Path = readonly PropertyKey[];
type Details = Pick<ConfigurationProblem, 'found' | 'allowed' | 'suggestion'>;

const secretTitles = ['secret reference', 'PEM reference'];

/** Turns the issues of the schema into problems that name file, line, column, what was found and what is allowed. */
class ProblemWriter {
  readonly #tree: Tree;
  readonly #value: unknown;
  readonly #isProfile: (file: string) => boolean;
  readonly #schema = writtenJsonSchema();

  constructor(tree: Tree, isProfile: (file: string) => boolean) {
    this.#tree = tree;
    this.#isProfile = isProfile;
    this.#value = toPlain(tree);
  }

  write(issue: z.core.$ZodIssue): ConfigurationProblem[] {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => this.#unknownKey(path, key));
    const here = treeAt(this.#tree, path);
    const value = here === undefined ? undefined : toPlain(here);
    const schema = schemaAt(this.#schema, path, this.#value) ?? {};
    if (issue.code === 'custom') return [this.#custom(path, issue.message, issue.params ?? {}, value)];
    if (value === undefined || value === null) return [this.#missing(path, schema)];
    if (secretTitles.includes(schema.title ?? '')) return [this.#secret(path, schema, value)];
    return [this.#wrongValue(issue, path, schema, value)];
  }

  #wrongValue(issue: z.core.$ZodIssue, path: Path, schema: JsonSchema, value: unknown): ConfigurationProblem {
    const details = { found: describeFound(value), allowed: this.#allowed(schema, value) };
    switch (issue.code) {
      case 'invalid_type': {
        const suggestion = suggestType(schema, String(path.at(-1)), value);
        const expected = describeExpected(schema, issue.expected, value);
        return this.#problem(path, `must be ${expected}`, { ...details, suggestion });
      }
      case 'invalid_union': {
        const kinds = kindsOf(schemaAt(this.#schema, path.slice(0, -1), this.#value));
        const suggestion = didYouMean(String(value), kinds);
        const allowed = `one of ${kinds.join(', ')}`;
        return this.#problem(path, 'is not a known kind', { ...details, allowed, suggestion });
      }
      case 'invalid_value': {
        const names = issue.values.map(String);
        const suggestion = didYouMean(String(value), names);
        return this.#problem(path, `can not be ${describeFound(value)}`, {
          allowed: `one of ${names.join(', ')}`,
          suggestion,
        });
      }
      case 'too_small':
      case 'too_big':
        return this.#problem(path, outOfRange(issue, value), details);
      case 'invalid_format':
        return this.#problem(path, 'is not well-formed', { ...details, allowed: issue.message });
      case 'invalid_key':
        return this.#problem(path, 'is not a valid name', { allowed: issue.issues[0]?.message }, true);
      default:
        return this.#problem(path, `is refused: ${issue.message}`, details);
    }
  }

  #allowed(schema: JsonSchema, value: unknown): string | undefined {
    if (schema.oneOf === undefined) return describeAllowed(schema);
    return `a mapping with keys among ${keysOf(schema, value).join(', ')}`;
  }

  #unknownKey(path: Path, key: string): ConfigurationProblem {
    const schema = schemaAt(this.#schema, path, this.#value) ?? {};
    const here = treeAt(this.#tree, path);
    const value = here === undefined ? undefined : toPlain(here);
    const keys = keysOf(schema, value);
    const suggestion = this.#suggestKey(schema, value, keys, key);
    return this.#problem(
      [...path, key],
      'is not a known key',
      { allowed: keys.join(', '), suggestion },
      true,
    );
  }

  #suggestKey(schema: JsonSchema, value: unknown, keys: readonly string[], key: string): string | undefined {
    const kinds = kindsWithKey(schema, key);
    if (kinds.length > 0) {
      const written = isMapping(value) ? value.kind : undefined;
      const byDefault =
        kindsOf(schema)[schema.oneOf?.findIndex(({ required }) => !required?.includes('kind')) ?? -1];
      const mend = written === undefined ? `; add kind: ${kinds[0]} if that is meant` : '';
      return `${key} belongs to kind: ${kinds.join(' or ')}, and this is kind: ${written ?? byDefault}${mend}`;
    }
    if (key === '<<') return 'merge keys are not part of YAML 1.2: use extends, or write the keys out';
    if (key === 'extends') return 'extends stands at the top of a file only';
    const other = placesOf(this.#schema, key)[0];
    return didYouMean(key, keys) ?? (other === undefined ? undefined : `the key is ${other}`);
  }

  #missing(path: Path, schema: JsonSchema): ConfigurationProblem {
    const isWritten = treeAt(this.#tree, path) !== undefined;
    const message = isWritten ? 'has no value' : 'is missing';
    const kinds =
      path.at(-1) === 'kind' ? kindsOf(schemaAt(this.#schema, path.slice(0, -1), this.#value)) : [];
    if (kinds.length > 0) {
      const suggestion = `add for example kind: ${kinds.find((kind) => kind !== 'none')}`;
      return this.#problem(path, message, { allowed: `one of ${kinds.join(', ')}`, suggestion }, true);
    }
    const allowed = this.#allowed(schema, undefined);
    return this.#problem(path, message, { allowed, suggestion: suggestMissing(path, schema) }, true);
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
    let message = 'names no place where the secret is kept';
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

  #custom(
    path: Path,
    message: string,
    params: Record<string, unknown>,
    value: unknown,
  ): ConfigurationProblem {
    const text = (name: string) => (typeof params[name] === 'string' ? params[name] : undefined);
    const names = Array.isArray(params.names) ? params.names.map(String) : [];
    const suggestion = text('suggestion') ?? didYouMean(text('found') ?? String(value), names);
    // A rule's message that tells the value itself (`is 5m, longer than ...`) needs no second mention; a secret none at all.
    const isTold = /^is (?:-?\d|")|secret|password/.test(message);
    const isScalar = value !== undefined && value !== null && typeof value !== 'object';
    const found = isScalar && !isTold ? describeFound(value) : undefined;
    const first = Array.isArray(params.first) ? keyOriginAt(this.#tree, params.first) : undefined;
    const line = first === undefined ? '' : ` in line ${first.line}`;
    return this.#problem(path, `${message}${line}`, { found, allowed: text('allowed'), suggestion });
  }

  #problem(path: Path, message: string, details: Details, isAtKey = false): ConfigurationProblem {
    const here = treeAt(this.#tree, path);
    const isAtValue = here?.kind === 'scalar' && !isAtKey;
    const written = isAtValue ? here.origin : keyOriginAt(this.#tree, path);
    // What a section of a profile lacks is for the user's file to say.
    const origin = here === undefined && this.#isProfile(written.file) ? this.#tree.origin : written;
    return problemAt(origin, path, `${formatPath(path) || 'the configuration'} ${message}`, details);
  }
}

function outOfRange(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, value: unknown): string {
  const isSmall = issue.code === 'too_small';
  if (value === '') return 'is empty';
  if (typeof value === 'string') return `is too ${isSmall ? 'short' : 'long'} (${value.length} characters)`;
  if (Array.isArray(value) && value.length === 0) return 'is an empty list';
  if (Array.isArray(value)) return `has too ${isSmall ? 'few' : 'many'} items (${value.length})`;
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  if (issue.inclusive === false) return `must be ${isSmall ? 'more' : 'less'} than ${limit}`;
  return `is ${isSmall ? 'less' : 'more'} than ${limit}`;
}

/** The issues of the schema as problems with their places. `isProfile` tells the files that come with the product. */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  tree: Tree,
  isProfile: (file: string) => boolean,
): ConfigurationProblem[] {
  if (issues.length === 0) return [];
  const writer = new ProblemWriter(tree, isProfile);
  return issues.flatMap((issue) => writer.write(issue));
}
