import type * as z from 'zod';
import { type JsonSchema, writtenJsonSchema } from './json-schema.ts';
import { nearestName } from './nearest-name.ts';
import { type ConfigurationProblem, formatPath } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { describeAllowed, keysOf, kindsWithKey, placesOf, schemaAt } from './schema-walk.ts';
import { keyOriginAt, type Origin, type Tree, toPlain, treeAt } from './tree.ts';

type Path = readonly PropertyKey[];
type Details = Pick<ConfigurationProblem, 'found' | 'allowed' | 'suggestion'>;

/** The keys that a misspelt or misplaced one is offered for. */
const shownKeys = 24;

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a few words. */
function describeFound(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isMapping(value)) {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty mapping' : `a mapping with ${keys.slice(0, 5).join(', ')}`;
  }
  if (typeof value !== 'string')
    return `the ${typeof value === 'number' ? 'number ' : ''}${String(value)}`
      .replace('the true', 'true')
      .replace('the false', 'false');
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}

/** How a value of the wrong type becomes one of the right type. */
function suggestType(schema: JsonSchema, value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  if (schema.title === 'duration' && typeof value === 'number') return `write ${value}s if seconds are meant`;
  if (schema.type === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `put it in quotes: "${value}"`;
  if (schema.type === 'boolean' && /^(?:yes|on|1|y|true)$/i.test(text)) return 'write true, without quotes';
  if (schema.type === 'boolean' && /^(?:no|off|0|n|false)$/i.test(text)) return 'write false, without quotes';
  if (/number|integer/.test(schema.type ?? '')) {
    if (text !== '' && Number.isFinite(Number(text))) return `remove the quotes: ${Number(text)}`;
    const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
    if (percent !== undefined && schema.type === 'number') return `write ${Number(percent) / 100}`;
  }
  if (schema.type === 'array') return 'begin each item with "- " on a line of its own, or write [a, b]';
  return undefined;
}

/** Turns the issues of the schema into problems that name file, line, column, what was found and what is allowed. */
class ProblemWriter {
  readonly #tree: Tree;
  readonly #value: unknown;
  readonly #schema = writtenJsonSchema();

  constructor(tree: Tree) {
    this.#tree = tree;
    this.#value = toPlain(tree);
  }

  write(issue: z.core.$ZodIssue): ConfigurationProblem[] {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => this.#unknownKey(path, key));
    const value = this.#valueAt(path);
    const schema = schemaAt(this.#schema, path, this.#value) ?? {};
    const isSecret = schema.title === 'secret reference' || schema.title === 'PEM reference';
    if (issue.code === 'custom') return [this.#custom(path, issue.message, issue.params ?? {}, value)];
    if (issue.code === 'invalid_key') {
      const allowed = 'letters, digits and _, not beginning with a digit';
      return [this.#problem(path, 'is not a valid name', { allowed }, true)];
    }
    if (value === undefined || value === null) return [this.#missing(path, schema)];
    if (isSecret) return [this.#secret(path, schema, value)];
    if (issue.code === 'invalid_union') return [this.#unknownKind(path, value)];
    const allowed = this.#allowed(schema, value);
    const found = describeFound(value);
    switch (issue.code) {
      case 'invalid_type': {
        const expected = {
          array: 'a list',
          object: 'a mapping',
          record: 'a mapping',
          boolean: 'true or false',
          int: 'a whole number',
          number: 'a number',
          string: schema.title === 'duration' ? 'a duration' : 'a text',
        }[issue.expected as string];
        return [
          this.#problem(path, `must be ${expected ?? issue.expected}`, {
            found,
            allowed,
            suggestion: suggestType(schema, value),
          }),
        ];
      }
      case 'invalid_value': {
        const names = (schema.enum ?? issue.values).map(String);
        return [
          this.#problem(path, 'is none of the values that are known', {
            found,
            allowed: `one of ${names.join(', ')}`,
            suggestion: didYouMean(String(value), names),
          }),
        ];
      }
      case 'too_small':
      case 'too_big':
        return [this.#problem(path, this.#outOfRange(issue, value), { found, allowed })];
      case 'invalid_format':
        return [this.#problem(path, 'is not written as it must be', { found, allowed })];
      default:
        return [this.#problem(path, `is refused: ${issue.message}`, { found, allowed })];
    }
  }

  #valueAt(path: Path): unknown {
    const tree = treeAt(this.#tree, path);
    return tree === undefined ? undefined : toPlain(tree);
  }

  #allowed(schema: JsonSchema, value: unknown): string | undefined {
    if (schema.oneOf === undefined) return describeAllowed(schema);
    return `a mapping with keys among ${keysOf(schema, value).join(', ')}`;
  }

  #outOfRange(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, value: unknown): string {
    const isSmall = issue.code === 'too_small';
    if (typeof value === 'string')
      return value === '' ? 'is empty' : `is too ${isSmall ? 'short' : 'long'} (${value.length} characters)`;
    if (Array.isArray(value))
      return value.length === 0
        ? 'is an empty list'
        : `has too ${isSmall ? 'few' : 'many'} items (${value.length})`;
    const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
    if (issue.inclusive === true || issue.inclusive === undefined)
      return `is ${isSmall ? 'less' : 'more'} than ${limit}`;
    return `must be ${isSmall ? 'more' : 'less'} than ${limit}`;
  }

  #unknownKey(path: Path, key: string): ConfigurationProblem {
    const schema = schemaAt(this.#schema, path, this.#value) ?? {};
    const value = this.#valueAt(path);
    const keys = keysOf(schema, value);
    const kinds = kindsWithKey(schema, key);
    const place = [...path, key];
    const kind = isMapping(value) ? value.kind : undefined;
    let suggestion = didYouMean(key, keys);
    if (kinds.length > 0) {
      const here =
        kind ?? schema.oneOf?.find(({ required }) => !required?.includes('kind'))?.properties?.kind?.const;
      suggestion = `${key} belongs to kind: ${kinds.join(' or ')}, and this is kind: ${here}`;
    } else if (key === '<<')
      suggestion = 'merge keys are not part of YAML 1.2: use extends, or write the keys out';
    else if (key === 'extends') suggestion = 'extends stands at the top of a file only';
    const other = placesOf(this.#schema, key)[0];
    if (suggestion === undefined && other !== undefined) suggestion = `the key is ${other}`;
    const allowed =
      keys.length <= shownKeys ? keys.join(', ') : `${keys.slice(0, shownKeys).join(', ')}, ...`;
    return this.#problem(place, 'is not a known key', { allowed, suggestion }, true);
  }

  #missing(path: Path, schema: JsonSchema): ConfigurationProblem {
    const isWritten = treeAt(this.#tree, path) !== undefined;
    const place = formatPath(path);
    const allowed = this.#allowed(schema, undefined);
    const key = String(path.at(-1));
    const examples: Record<string, string> = {
      metrics: 'add for example metrics: [{ name: cpu, query: "rate(node_cpu_seconds_total[5m])" }]',
      source: 'add for example source: { url: http://127.0.0.1:9090 }',
      'source.url': 'add for example url: http://127.0.0.1:9090',
    };
    const suggestion =
      examples[place] ??
      (typeof path.at(-1) === 'number'
        ? 'remove the "-", or write the item after it'
        : `add ${key}${schema.description === undefined ? '' : `: ${schema.description.replace(/\.$/, '')}`}`);
    return this.#problem(path, isWritten ? 'has no value' : 'is missing', { allowed, suggestion }, true);
  }

  #secret(path: Path, schema: JsonSchema, value: unknown): ConfigurationProblem {
    const allowed = describeAllowed(schema);
    if (!isMapping(value)) {
      const suggestion =
        'store it in Secrets Manager or SSM and name it here, or name an environment variable for local use; if this file was ever shared, replace the secret';
      return this.#problem(path, 'must be a reference to a secret, not the secret itself', {
        found: 'a literal value (not shown)',
        allowed,
        suggestion,
      });
    }
    const known = (schema.anyOf ?? []).flatMap(({ properties = {} }) => Object.keys(properties));
    const keys = Object.keys(value);
    const unknown = keys.find((key) => !known.includes(key));
    const ways = keys.filter((key) => known.includes(key) && key !== 'field');
    let message = 'names no place where a secret is kept';
    if (unknown !== undefined) message = `is a reference with the unknown key ${unknown}`;
    else if (ways.length > 1) message = `names ${ways.length} places at once: ${ways.join(' and ')}`;
    else if (ways.length === 1) message = `is a reference whose ${ways[0]} is not a name`;
    return this.#problem(
      path,
      message,
      { allowed, suggestion: unknown === undefined ? undefined : didYouMean(unknown, known) },
      true,
    );
  }

  #unknownKind(path: Path, value: unknown): ConfigurationProblem {
    const section = schemaAt(this.#schema, path.slice(0, -1), this.#value);
    const kinds = (section?.oneOf ?? []).map(({ properties }) => String(properties?.kind?.const));
    return this.#problem(path, 'is not a known kind', {
      found: describeFound(value),
      allowed: `one of ${kinds.join(', ')}`,
      suggestion: didYouMean(String(value), kinds),
    });
  }

  #custom(
    path: Path,
    message: string,
    params: Record<string, unknown>,
    value: unknown,
  ): ConfigurationProblem {
    const text = (name: string) => (typeof params[name] === 'string' ? params[name] : undefined);
    const names = Array.isArray(params.names) ? params.names.map(String) : undefined;
    const suggestion =
      text('suggestion') ?? (names === undefined ? undefined : didYouMean(String(value), names));
    const isScalar = value !== undefined && value !== null && typeof value !== 'object';
    const isPrivate = /secret|password/.test(message);
    const found =
      isScalar && !isPrivate && !/^(?:is|leaves) -?\d/.test(message) ? describeFound(value) : undefined;
    return this.#problem(path, message, { found, allowed: text('allowed'), suggestion });
  }

  #problem(path: Path, message: string, details: Details, atKey = false): ConfigurationProblem {
    const here = treeAt(this.#tree, path);
    const origin: Origin =
      here === undefined || atKey || here.kind !== 'scalar' ? keyOriginAt(this.#tree, path) : here.origin;
    return problemAt(origin, path, `${formatPath(path) || 'the configuration'} ${message}`, details);
  }
}

function didYouMean(name: string, candidates: readonly string[]): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

/** The issues of the schema as problems, in the order of the places that they stand at. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], tree: Tree): ConfigurationProblem[] {
  const writer = new ProblemWriter(tree);
  return issues.flatMap((issue) => writer.write(issue));
}
