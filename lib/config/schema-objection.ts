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

/** One fault that a schema found in a value: what, where, and how to fix it. */
export interface SchemaFault {
  readonly path: readonly PropertyKey[];
  /** What is wrong; follows the name of the place: `must be a text`. */
  readonly message: string;
  /** The value that was found; undefined where the message says it, or where it must not be shown. */
  readonly found?: string | undefined;
  readonly allowed?: string | undefined;
  readonly suggestion?: string | undefined;
  /** Whether the key is wrong, not its value. */
  readonly isAtKey?: boolean;
}

type Path = readonly PropertyKey[];

/** Keys at the top of a file that name other layers; the merged configuration does not have them. */
const LAYER_KEYS: readonly string[] = ['extends', 'presets'];

/** Translates zod issues, of a configuration or of a request to the API. */
export class IssueTranslator {
  readonly #schema: JsonSchema;
  readonly #value: unknown;
  readonly #words: Vocabulary;
  readonly #isWritten: (path: Path) => boolean;

  /**
   * @param schema the JSON Schema of the value, as it is written.
   * @param value the value that was checked.
   * @param words the writer's words for a list, a mapping and a text.
   * @param isWritten whether a place was written without a value; by default a null was.
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

  /** The schema at a place; an empty one for a place outside the schema. */
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

  /** The faults of an issue: one, or one for each unknown key. */
  translate(issue: z.core.$ZodIssue): SchemaFault[] {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => this.#unknownKey(path, key));
    const value = this.valueAt(path);
    if (issue.code === 'custom') return [customObjection(path, issue.message, issue.params ?? {}, value)];
    const schema = this.schemaAt(path);
    if (value === undefined || value === null) return [this.#missing(path, schema)];
    return [{ path, ...this.#wrongValue(issue, schema, value) }];
  }

  #wrongValue(issue: z.core.$ZodIssue, schema: JsonSchema, value: unknown): Omit<SchemaFault, 'path'> {
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
        return { message: `cannot be ${found}`, allowed: `one of ${names.join(', ')}`, suggestion };
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

  #unknownKey(path: Path, key: string): SchemaFault {
    const schema = this.schemaAt(path);
    const value = this.valueAt(path);
    const ofLayers = path.length === 0 && this.#words.syntax !== 'json' ? LAYER_KEYS : [];
    const keys = [...ofLayers, ...keysOf(schema, value)];
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
      const addition = written === undefined ? `; add kind: ${kinds[0]} if that is meant` : '';
      return `${key} belongs to kind: ${kinds.join(' or ')}, and this is kind: ${written ?? byDefault}${addition}`;
    }
    if (this.#words.syntax === 'json') return didYouMean(key, keys);
    if (key === '<<') return 'YAML 1.2 has no merge keys: use extends, or write the keys out';
    if (LAYER_KEYS.includes(key)) return `${key} is allowed only at the top of a file`;
    const other = placesOf(this.#schema, key)[0];
    return didYouMean(key, keys) ?? (other === undefined ? undefined : `the key is ${other}`);
  }

  #missing(path: Path, schema: JsonSchema): SchemaFault {
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

/** The fault that a custom rule reports, with the rule's own message. */
function customObjection(
  path: Path,
  message: string,
  params: Readonly<Record<string, unknown>>,
  value: unknown,
): SchemaFault {
  const text = (name: string) => (typeof params[name] === 'string' ? params[name] : undefined);
  const names = Array.isArray(params.names) ? params.names.map(String) : [];
  const suggestion = didYouMean(text('found') ?? String(value), names) ?? text('suggestion');
  // A message that states the value (`is 5m, longer than ...`) does not repeat it; a secret is never shown.
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
