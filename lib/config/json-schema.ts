import * as z from 'zod';
import { writtenSchema } from './schema.ts';

/** The parts of JSON Schema that the configuration's own uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
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

/** The JSON Schema of what users write once all layers are merged. */
export function writtenJsonSchema(): JsonSchema {
  return z.toJSONSchema(writtenSchema, { io: 'input' }) as JsonSchema;
}

/**
 * The JSON Schema for editors, as config/schema.json holds it. One file is one layer only: it may extend others, and what
 * is required may stand in another layer, so nothing at the top and of a metric only its name is required.
 */
export function editorJsonSchema(): JsonSchema {
  const { required: _, properties = {}, ...schema } = writtenJsonSchema();
  const extended: JsonSchema = {
    description:
      'What this file is laid over: a profile (balanced, high-frequency, resource-constrained, high-accuracy), a file relative to this one, or a list of them, the later over the earlier.',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  };
  return {
    ...schema,
    title: 'Tidemark configuration',
    description: `A layer of a Tidemark configuration. Durations are Prometheus durations (30s, 5m, 1h30m, 14d); \${NAME} and \${NAME:default} bring in environment variables; secrets are references.`,
    properties: { extends: extended, ...properties },
  };
}
