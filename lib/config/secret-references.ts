import type { PemReference } from './schema/secret.ts';
import type { Configuration } from './schema.ts';

/** Every reference to a secret in the configuration, each once: what a deployment must be allowed to read. */
export function secretReferences(configuration: Configuration): PemReference[] {
  const found = new Map<string, PemReference>();
  collect(configuration, found);
  return [...found.values()];
}

function collect(value: unknown, found: Map<string, PemReference>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isReference(value)) found.set(JSON.stringify(value), value);
  else for (const inner of Object.values(value)) collect(inner, found);
}

/** No other part of the schema has a key of one of these names. */
function isReference(value: object): value is PemReference {
  return 'secretsManager' in value || 'ssm' in value;
}
