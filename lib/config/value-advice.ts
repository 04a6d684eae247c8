import type { JsonSchema } from './json-schema.ts';
import { nearestName } from './nearest-name.ts';
import { formatPath } from './problem.ts';
import { kindsOf } from './schema-walk.ts';
import { type Vocabulary, yamlVocabulary } from './vocabulary.ts';

/** Whether a value is a mapping, as opposed to a list or a scalar. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Suggests the known name that was probably meant. */
export function didYouMean(name: string, candidates: readonly string[]): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

/** A value in a few words, without nested values, which may be deeper than the stack allows. */
export function describeFound(value: unknown, { array, object } = yamlVocabulary): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? empty(array) : `${array} of ${value.length}`;
  if (isMapping(value)) {
    const keys = Object.keys(value);
    return keys.length === 0 ? empty(object) : `${object} with ${keys.slice(0, 5).join(', ')}`;
  }
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  const text = String(value);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

function empty(noun: string): string {
  return `an empty ${noun.replace(/^an? /, '')}`;
}

/** What a schema requires, as "must be ...". */
export function describeExpected(
  schema: JsonSchema,
  expected: string,
  value: unknown,
  { array, object, string }: Vocabulary,
): string {
  if (schema.title === 'duration') return 'a duration';
  if (schema.type === 'integer') return 'a whole number';
  const isReal = typeof value !== 'number' || Number.isFinite(value);
  const words: Record<string, string> = {
    array,
    object,
    record: object,
    boolean: 'true or false',
    number: isReal ? 'a number' : 'a finite number',
    string,
  };
  return words[expected] ?? expected;
}

function suggestNumber(schema: JsonSchema, text: string): string | undefined {
  if (text !== '' && Number.isFinite(Number(text))) return `remove the quotes: ${Number(text)}`;
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  return percent !== undefined && schema.type === 'number' ? `write ${Number(percent) / 100}` : undefined;
}

/** How to turn a value of the wrong type into the right one. */
export function suggestType(schema: JsonSchema, key: string, value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  if (schema.title === 'duration' && typeof value === 'number') return `write ${value}s if seconds are meant`;
  if (schema.type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return `put it in quotes: "${value}"`;
  }
  if (schema.type === 'boolean' && /^(?:yes|on|1|y|true)$/i.test(text)) return 'write true, without quotes';
  if (schema.type === 'boolean' && /^(?:no|off|0|n|false)$/i.test(text)) return 'write false, without quotes';
  if (schema.type === 'number' || schema.type === 'integer') return suggestNumber(schema, text);
  if (schema.type === 'array') return suggestList(schema, value);
  if (schema.title === 'PromQL') return 'put the query in single quotes, since it begins with {';
  return schema.oneOf !== undefined || schema.type === 'object'
    ? suggestMapping(schema, key, value)
    : undefined;
}

function suggestList(schema: JsonSchema, value: unknown): string {
  const name = isMapping(value) ? Object.keys(value)[0] : undefined;
  const isNamed = schema.items?.properties?.name !== undefined && name !== undefined && name !== 'name';
  if (isNamed) return `begin each item with "- name: ${name}"`;
  return 'begin each item with "- " on a line of its own, or write [a, b]';
}

function suggestMapping(schema: JsonSchema, key: string, value: unknown): string | undefined {
  if (value === true) return `write ${key}: {} for its defaults`;
  if (value === false) return `remove ${key}`;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (kindsOf(schema).includes(text)) return `write ${key}: { kind: ${text} }`;
  if (schema.oneOf !== undefined && /^https?:/.test(text)) return `write ${key}: { url: ${text} }`;
  if (/^[A-Za-z]\w*:\S/.test(text))
    return `the colon after a key needs a space after it: ${text.replace(':', ': ')}`;
  if (schema.properties?.query !== undefined && /^[\w.:-]+$/.test(text)) {
    return `write { name: ${text}, query: ... }, with its PromQL`;
  }
  return undefined;
}

const examples: Readonly<Record<string, string>> = {
  metrics: 'metrics: [{ name: cpu, query: "rate(node_cpu_seconds_total[5m])" }]',
  source: 'source: { url: http://127.0.0.1:9090 }',
  'source.url': 'url: http://127.0.0.1:9090',
  'results.url': 'url: http://127.0.0.1:8086',
  'metrics[].name': 'name: cpu_usage',
};

/** What to write where something is missing. */
export function suggestMissing(path: readonly PropertyKey[], schema: JsonSchema): string {
  const key = path.at(-1);
  if (typeof key === 'number') return 'remove the "-", or write the item after it';
  const place = formatPath(path).replaceAll(/\[\d+\]/g, '[]');
  const secret =
    schema.title === 'secret reference'
      ? `${String(key)}: { secretsManager: tidemark/${String(key)} }`
      : undefined;
  const example = examples[place] ?? secret;
  if (example !== undefined) return `add for example ${example}`;
  return `add ${String(key)}${schema.description === undefined ? '' : ` (${schema.description.replace(/\.$/, '')})`}`;
}
