import type { JsonSchema } from './json-schema.ts';
import { type Vocabulary, yamlVocabulary } from './vocabulary.ts';

/** The schemas that may apply to a value: of alternatives by `kind` the one that the value names. */
function alternatives(schema: JsonSchema, value: unknown): readonly JsonSchema[] {
  if (schema.oneOf === undefined) return schema.anyOf ?? [schema];
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const chosen = schema.oneOf.filter(({ properties, required }) =>
    kind === undefined ? !required?.includes('kind') : properties?.kind?.const === kind,
  );
  return chosen.length > 0 ? chosen : schema.oneOf;
}

function childSchema(schema: JsonSchema, part: PropertyKey): JsonSchema | undefined {
  if (typeof part === 'number') return schema.items;
  const named = schema.properties?.[String(part)];
  if (named !== undefined) return named;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** The schema at a path of a value, or undefined when the path is outside the schema. */
export function schemaAt(
  root: JsonSchema,
  path: readonly PropertyKey[],
  value: unknown,
): JsonSchema | undefined {
  let here: JsonSchema | undefined = root;
  let below = value;
  for (const part of path) {
    const next: readonly (JsonSchema | undefined)[] = alternatives(here, below).map((schema) =>
      childSchema(schema, part),
    );
    here = next.find((schema) => schema !== undefined);
    if (here === undefined) return undefined;
    below = typeof below === 'object' && below !== null ? Reflect.get(below, part) : undefined;
  }
  return here;
}

/** The keys that a mapping may hold. */
export function keysOf(schema: JsonSchema, value: unknown): string[] {
  return [...new Set(alternatives(schema, value).flatMap(({ properties = {} }) => Object.keys(properties)))];
}

/** The kinds that a section may have. */
export function kindsOf(schema: JsonSchema | undefined): string[] {
  return (schema?.oneOf ?? []).map(({ properties }) => String(properties?.kind?.const));
}

/** The kinds whose section has a key, other than the kind that the value names. */
export function kindsWithKey(schema: JsonSchema, key: string): unknown[] {
  return (schema.oneOf ?? [])
    .filter(({ properties = {} }) => Object.hasOwn(properties, key))
    .map(({ properties }) => properties?.kind?.const);
}

/** The paths of the sections that have a key, nearest to the top first; lists are skipped. */
export function placesOf(root: JsonSchema, key: string): string[] {
  const places: { path: string; depth: number }[] = [];
  const visit = (schema: JsonSchema, path: readonly string[]) => {
    for (const option of schema.oneOf ?? [schema]) {
      for (const [name, child] of Object.entries(option.properties ?? {})) {
        if (name === key) places.push({ path: [...path, name].join('.'), depth: path.length });
        visit(child, [...path, name]);
      }
    }
  };
  visit(root, []);
  const ordered = places.sort((a, b) => a.depth - b.depth);
  return [...new Set(ordered.map(({ path }) => path))];
}

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const isBound = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isBound(minimum) && isBound(maximum)) return ` from ${minimum} to ${maximum}`;
  const words = [
    isBound(minimum) ? `at least ${minimum}` : '',
    isBound(exclusiveMinimum) ? `above ${exclusiveMinimum}` : '',
    isBound(maximum) ? `at most ${maximum}` : '',
    isBound(exclusiveMaximum) ? `below ${exclusiveMaximum}` : '',
  ].filter((word) => word !== '');
  return words.length === 0 ? '' : ` ${words.join(', ')}`;
}

/** The allowed length of a text or list. */
function size(minimum: number | undefined, maximum: number | undefined, unit: string): string {
  const isLong = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER;
  const isFree = minimum === undefined || minimum === 0;
  if (isLong) return isFree ? '' : ` of at least ${minimum}${unit}`;
  return isFree ? ` of at most ${maximum}${unit}` : ` of ${minimum} to ${maximum}${unit}`;
}

/** The values that a schema allows, in words. */
export function describeAllowed(
  schema: JsonSchema,
  { array, object, string }: Vocabulary = yamlVocabulary,
): string | undefined {
  const { title, description } = schema;
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return String(schema.const);
  if (title === 'secret reference')
    return '{ secretsManager: NAME }, { ssm: NAME }, or for local use { env: NAME }';
  if (title === 'PEM reference')
    return '{ secretsManager: NAME }, { ssm: NAME }, or for local use { file: PATH } or { env: NAME }';
  if (title === 'duration')
    return `a duration${/ \([^()]*\)$/.exec(description ?? '')?.[0].replace(/[()]/g, '') ?? ''}, such as 30s, 5m, 1h30m or 14d`;
  if (title === 'PromQL') return 'a PromQL query';
  if (title === 'cron expression') return 'minute hour day-of-month month day-of-week, such as "0 2 * * sun"';
  if (title === 'address') return 'an http or https address';
  if (schema.type === 'integer') return `a whole number${bounds(schema)}`;
  if (schema.type === 'number') return `a number${bounds(schema)}`;
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'array') return array + size(schema.minItems, schema.maxItems, '');
  if (schema.type === 'string') return string + size(schema.minLength, schema.maxLength, ' characters');
  const keys = keysOf(schema, undefined);
  return keys.length > 0 ? `${object} with keys among ${keys.join(', ')}` : `${object} of texts`;
}
