import { SecretUnavailableError } from './errors.ts';
import type { SecretReference } from './schema/secret.ts';

/** Gives the values of secrets by their references. */
export interface SecretReader {
  /** @throws SecretUnavailableError */
  read(reference: SecretReference): Promise<string>;
}

/**
 * Reads secrets from where they are kept: the environment, Secrets Manager, the SSM Parameter Store. A value that was
 * read stays in memory for as long as the reader lives. The SDK is loaded only for the kind that is used.
 */
export function secretReader(environment: Readonly<Record<string, string | undefined>>): SecretReader {
  const known = new Map<string, Promise<string>>();
  return {
    read(reference) {
      const key = JSON.stringify(reference);
      let value = known.get(key);
      if (value === undefined) {
        value = fetchSecret(reference, environment);
        known.set(key, value);
        // A failure is not remembered: the next tick asks again.
        value.catch(() => known.delete(key));
      }
      return value;
    },
  };
}

async function fetchSecret(
  reference: SecretReference,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if ('env' in reference) {
    const value = environment[reference.env];
    if (value) return value;
    throw new SecretUnavailableError(`the environment variable ${reference.env}`, 'it is not set: export it');
  }
  if ('ssm' in reference) return fetchParameter(reference.ssm);
  return fetchFromSecretsManager(reference.secretsManager, reference.field);
}

async function fetchParameter(name: string): Promise<string> {
  const { parameterValue } = await import('./ssm-parameter.ts');
  try {
    return await parameterValue(name);
  } catch (error) {
    throw new SecretUnavailableError(`the SSM parameter ${name}`, reasonOf(error), { cause: error });
  }
}

async function fetchFromSecretsManager(id: string, field: string | undefined): Promise<string> {
  const { secretText } = await import('./secrets-manager-secret.ts');
  let text: string;
  try {
    text = await secretText(id);
  } catch (error) {
    throw new SecretUnavailableError(`the secret ${id}`, reasonOf(error), { cause: error });
  }
  return field === undefined ? text : fieldOf(id, text, field);
}

function fieldOf(id: string, text: string, field: string): string {
  let value: unknown;
  try {
    value = (JSON.parse(text) as Record<string, unknown> | null)?.[field];
  } catch {
    throw new SecretUnavailableError(
      `the field "${field}" of the secret ${id}`,
      'the secret is not a JSON object',
    );
  }
  if (typeof value === 'string') return value;
  throw new SecretUnavailableError(
    `the field "${field}" of the secret ${id}`,
    'the secret has no such text field',
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
