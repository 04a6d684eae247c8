import { readFile } from 'node:fs/promises';
import { SecretUnavailableError } from './errors.ts';
import type { PemReference } from './schema/secret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads secrets, and certificates and keys in PEM form, by reference. */
export interface SecretReader {
  /** @throws SecretUnavailableError */
  read(reference: PemReference): Promise<string>;
}

/**
 * Reads secrets from the environment, a file, Secrets Manager or the SSM Parameter Store. Values are cached
 * for the lifetime of the reader. AWS modules are loaded on first use.
 */
export function secretReader(environment: Environment): SecretReader {
  const known = new Map<string, Promise<string>>();
  return {
    read(reference) {
      const key = JSON.stringify(reference);
      let value = known.get(key);
      if (value === undefined) {
        value = fetchSecret(reference, environment);
        known.set(key, value);
        // Failures are not cached: the next tick retries.
        value.catch(() => known.delete(key));
      }
      return value;
    },
  };
}

async function fetchSecret(reference: PemReference, environment: Environment): Promise<string> {
  if ('env' in reference) {
    const value = environment[reference.env];
    if (value) return value;
    throw new SecretUnavailableError(`the environment variable ${reference.env}`, 'it is not set: export it');
  }
  if ('file' in reference) return readPemFile(reference.file);
  if ('ssm' in reference) return fetchParameter(reference.ssm, environment);
  return fetchFromSecretsManager(reference.secretsManager, reference.field, environment);
}

async function readPemFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SecretUnavailableError(`the file ${path}`, reasonOf(error), { cause: error });
  }
}

async function fetchParameter(name: string, environment: Environment): Promise<string> {
  const { parameterValue } = await import('./ssm-parameter.ts');
  try {
    return await parameterValue(name, environment);
  } catch (error) {
    throw new SecretUnavailableError(`the SSM parameter ${name}`, reasonOf(error), { cause: error });
  }
}

async function fetchFromSecretsManager(
  id: string,
  field: string | undefined,
  environment: Environment,
): Promise<string> {
  const { secretText } = await import('./secrets-manager-secret.ts');
  let text: string;
  try {
    text = await secretText(id, environment);
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
  if (!(error instanceof Error)) return String(error);
  return `${error.message}${adviceOn(error.message)}`;
}

/** How to fix common refusals; both services use the same names for them. */
function adviceOn(refusal: string): string {
  if (/ResourceNotFound|ParameterNotFound/.test(refusal))
    return '; create it in this account and region, or correct its name in the configuration';
  if (/AccessDenied/.test(refusal))
    return '; `cdk deploy` grants access to the secrets that the configuration names, so deploy again after naming another one';
  return '';
}
