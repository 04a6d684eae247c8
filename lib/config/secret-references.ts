import type { PemReference } from './schema/secret.ts';

/** Every secret reference in a part of the configuration, each once: used to derive the read permissions. */
export function secretReferences(part: object): PemReference[] {
  const found = new Map<string, PemReference>();
  collect(part, found);
  return [...found.values()];
}

/** The keys of these mappings are the user's own and may look like those of a reference. */
const freeMappings = new Set(['labels', 'headers']);

function collect(value: unknown, found: Map<string, PemReference>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isReference(value)) found.set(JSON.stringify(value), value);
  else for (const [key, inner] of Object.entries(value)) if (!freeMappings.has(key)) collect(inner, found);
}

/** No other part of the schema uses these key names. */
function isReference(value: object): value is PemReference {
  return ['secretsManager', 'ssm', 'env', 'file'].some((key) => key in value);
}
