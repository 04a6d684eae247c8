import type * as z from 'zod';
import type { JsonSchema } from './json-schema.ts';
import { describeAllowed, keysOf, kindsOf, kindsWithKey, placesOf, schemaAt } from './schema-walk.ts';
import {
  describeExpected,
  describeFound,
  didYouMean,
  isMapping,
  suggestMissing,
  suggestType,
} from './value-advice.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a schema objects to in a value, where, and how to mend it, in words for people. */
export interface Objection {
  readonly path: readonly PropertyKey[];
  /** What is wrong, to be read after the name of the place: `must be a text`. */
  readonly message: string;
  /** What stood there; undefined where the message says it, or where it may not be shown. */
  readonly found?: string | undefined;
  readonly allowed?: string | undefined;
  readonly suggestion?: string | undefined;
  /** Whether the key is at fault, not its value. */
  readonly isAtKey?: boolean;
}

type Path = readonly PropertyKey[];

/** Translates the issues that zod finds in one value: of a configuration, or of a request to the API. */
export class IssueTranslator {
  readonly #schema: JsonSchema;
  readonly #value: unknown;
  readonly #words: Vocabulary;
  readonly #isWritten: (path: Path) => boolean;

  /**
   * @param schema the JSON Schema of what was checked, as it is written.
   * @param value what was checked.
   * @param words what the writer calls a list, a mapping and a text.
   * @param isWritten whether a place was written with no value; by default a null was.
   */
  constructor(
    schema: JsonSchema,
    value: unknown,
    words: Vocabulary,
    isWritten: (path: Path) => boolean = (path) => this.valueAt(path) === null,
  ) {
    this.#schema = schema;
    this.#value = value;
    this.#words = words;
    this.#isWritten = isWritten;
  }

  /** The schema at a place; an empty one where the path leads out of it. */
  schemaAt(path: Path): JsonSchema {
    return schemaAt(this.#schema, path, this.#value) ?? {};
  }

  valueAt(path: Path): unknown {
    let found = this.#value;
    for (const key of path) {
      if (typeof found !== 'object' || found === null) return undefined;
      found = Reflect.get(found, key);
    }
    return found;
  }

  /** The objections of an issue: one, or one for each key that is not known. */
  translate(issue: z.core.$ZodIssue): Objection[] {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => this.#unknownKey(path, key));
    const value = this.valueAt(path);
    if (issue.code === 'custom') return [customObjection(path, issue.message, issue.params ?? {}, value)];
    const schema = this.schemaAt(path);
    if (value === undefined || value === null) return [this.#missing(path, schema)];
    return [{ path, ...this.#wrongValue(issue, schema, value) }];
  }

  #wrongValue(issue: z.core.$ZodIssue, schema: JsonSchema, value: unknown): Omit<Objection, 'path'> {
    const { path } = issue;
    const found = describeFound(value, this.#words);
    const allowed = this.#allowed(schema, value);
    switch (issue.code) {
      case 'invalid_type': {
        const suggestion =
          this.#words.syntax === 'yaml' ? suggestType(schema, String(path.at(-1)), value) : undefined;
        const expected = describeExpected(schema, issue.expected, value, this.#words);
        return { message: `must be ${expected}`, found, allowed, suggestion };
      }
      case 'invalid_union': {
        const kinds = kindsOf(this.schemaAt(path.slice(0, -1)));
        const suggestion = didYouMean(String(value), kinds);
        return { message: 'is not a known kind', found, allowed: `one of ${kinds.join(', ')}`, suggestion };
      }
      case 'invalid_value': {
        const names = issue.values.map(String);
        const suggestion =
          isMapping(value) || Array.isArray(value) ? undefined : didYouMean(String(value), names);
        return { message: `can not be ${found}`, allowed: `one of ${names.join(', ')}`, suggestion };
      }
      case 'too_small':
      case 'too_big':
        return { message: outOfRange(issue, value), found, allowed };
      case 'invalid_format':
        return { message: 'is not well-formed', found, allowed: issue.message };
      case 'invalid_key':
        return { message: 'is not a valid name', allowed: issue.issues[0]?.message, isAtKey: true };
      default:
        return { message: `is refused: ${issue.message}`, found, allowed };
    }
  }

  #allowed(schema: JsonSchema, value: unknown): string | undefined {
    if (schema.oneOf === undefined) return describeAllowed(schema, this.#words);
    return `${this.#words.object} with keys among ${keysOf(schema, value).join(', ')}`;
  }

  #unknownKey(path: Path, key: string): Objection {
    const schema = this.schemaAt(path);
    const value = this.valueAt(path);
    const keys = keysOf(schema, value);
    return {
      path: [...path, key],
      message: 'is not a known key',
      allowed: keys.length === 0 ? undefined : keys.join(', '),
      suggestion: this.#suggestKey(schema, value, keys, key),
      isAtKey: true,
    };
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
    if (this.#words.syntax === 'json') return didYouMean(key, keys);
    if (key === '<<') return 'merge keys are not part of YAML 1.2: use extends, or write the keys out';
    if (key === 'extends') return 'extends stands at the top of a file only';
    const other = placesOf(this.#schema, key)[0];
    return didYouMean(key, keys) ?? (other === undefined ? undefined : `the key is ${other}`);
  }

  #missing(path: Path, schema: JsonSchema): Objection {
    const message = this.#isWritten(path) ? 'has no value' : 'is missing';
    const kinds = path.at(-1) === 'kind' ? kindsOf(this.schemaAt(path.slice(0, -1))) : [];
    const allowed = kinds.length > 0 ? `one of ${kinds.join(', ')}` : this.#allowed(schema, undefined);
    return { path, message, allowed, suggestion: this.#suggestMissing(path, schema, kinds), isAtKey: true };
  }

  #suggestMissing(path: Path, schema: JsonSchema, kinds: readonly string[]): string | undefined {
    if (this.#words.syntax === 'json') return path.length === 0 ? undefined : `add ${String(path.at(-1))}`;
    if (kinds.length === 0) return suggestMissing(path, schema);
    return `add for example kind: ${kinds.find((kind) => kind !== 'none')}`;
  }
}

/** What a rule of ours objects to: it brings its words along. */
function customObjection(
  path: Path,
  message: string,
  params: Readonly<Record<string, unknown>>,
  value: unknown,
): Objection {
  const text = (name: string) => (typeof params[name] === 'string' ? params[name] : undefined);
  const names = Array.isArray(params.names) ? params.names.map(String) : [];
  const suggestion = text('suggestion') ?? didYouMean(text('found') ?? String(value), names);
  // A rule's message that names the value itself (`is 5m, longer than ...`) needs no second mention; a secret none at all.
  const isNamed = /^is (?:-?\d|")|secret|password/.test(message);
  const isScalar = value !== undefined && value !== null && typeof value !== 'object';
  const found = isScalar && !isNamed ? describeFound(value) : undefined;
  return { path, message, found, allowed: text('allowed'), suggestion };
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
