import type { PemReference } from './schema/secret.ts';

/** Every reference to a secret in a part of the configuration, each once: what whoever uses it must be allowed to read. */
export function secretReferences(part: object): PemReference[] {
  const found = new Map<string, PemReference>();
  collect(part, found);
  return [...found.values()];
}

/** Their keys are the user's own words, which may be those of a reference. */
const freeMappings = new Set(['labels', 'headers']);

function collect(value: unknown, found: Map<string, PemReference>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isReference(value)) found.set(JSON.stringify(value), value);
  else for (const [key, inner] of Object.entries(value)) if (!freeMappings.has(key)) collect(inner, found);
}

/** No other part of the schema has a key of one of these names. */
function isReference(value: object): value is PemReference {
  return ['secretsManager', 'ssm', 'env', 'file'].some((key) => key in value);
}
