import * as z from 'zod';
import { presetNames } from './presets/preset-files.ts';
import { writtenSchema } from './schema.ts';

/** The parts of JSON Schema that the configuration's schema uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
}

/** The JSON Schema of what users write, after all layers are merged. */
export function writtenJsonSchema(): JsonSchema {
  return z.toJSONSchema(writtenSchema, { io: 'input' }) as JsonSchema;
}

const variable: JsonSchema = {
  type: 'string',
  pattern: '\\$\\{',
  description: 'The value of an environment variable.',
};

/** The schema as it is before substitution: a variable is allowed wherever a value is restricted. */
function withVariables(schema: JsonSchema): JsonSchema {
  const { properties, items, oneOf, anyOf, additionalProperties, ...own } = schema;
  const isStrict =
    [own.enum, own.pattern, own.format].some((rule) => rule !== undefined) ||
    /number|integer|boolean/.test(own.type ?? '');
  if (isStrict) {
    const { title, description, default: fallback, ...rules } = own;
    const notes = {
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      ...(fallback !== undefined && { default: fallback }),
    };
    return { ...notes, anyOf: [rules, variable] };
  }
  const named = Object.entries(properties ?? {}).map(([key, child]) => [key, withVariables(child)]);
  return {
    ...own,
    ...(properties && { properties: Object.fromEntries(named) }),
    ...(items && { items: withVariables(items) }),
    ...(oneOf && { oneOf: oneOf.map(withVariables) }),
    ...(anyOf && { anyOf: anyOf.map(withVariables) }),
    ...(additionalProperties !== undefined && { additionalProperties }),
  };
}

/** A section as one layer may hold it: another layer may hold its required keys. */
function withoutRequired(schema: JsonSchema | undefined): JsonSchema {
  const { required = [], oneOf, ...own } = schema ?? {};
  const kept = required.filter((key) => key === 'kind' || key === 'name');
  return {
    ...own,
    ...(kept.length > 0 && { required: kept }),
    ...(oneOf && { oneOf: oneOf.map(withoutRequired) }),
  };
}

/**
 * The JSON Schema for editors (config/schema.json). A file is one layer before substitution: it may extend
 * others, required keys may be in another layer, and a variable may replace any value.
 */
export function editorJsonSchema(): JsonSchema {
  const { required: _, properties = {}, ...schema } = writtenJsonSchema();
  const { metrics, ...sections } = properties;
  const layered = Object.entries(sections).map(([name, section]) => [
    name,
    withVariables(withoutRequired(section)),
  ]);
  const extended: JsonSchema = {
    description:
      'What this file extends: a profile (balanced, high-frequency, resource-constrained, high-accuracy), a file relative to this one, or a list of them; later ones override earlier ones.',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  };
  const presets: JsonSchema = {
    description:
      'Metrics that are worth watching of an exporter or runtime, by its name. What metrics: says of one of the same name overrides it, and enabled: false leaves it out.',
    anyOf: [
      { type: 'string', enum: presetNames },
      { type: 'array', items: { type: 'string', enum: presetNames } },
    ],
  };
  return {
    ...schema,
    title: 'Tidemark configuration',
    description: `A layer of a Tidemark configuration. Durations are Prometheus durations (30s, 5m, 1h30m, 14d); \${NAME} and \${NAME:default} insert environment variables; secrets are references.`,
    properties: {
      extends: extended,
      presets,
      ...Object.fromEntries(layered),
      metrics: { ...metrics, items: withVariables(withoutRequired(metrics?.items)) },
    },
  };
}
