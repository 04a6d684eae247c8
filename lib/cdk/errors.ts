import type { PemReference } from '../config/schema/secret.ts';

/** A secret that lies where a deployed function can't read it: in the environment or a file of one machine. */
export class SecretOutOfReachError extends Error {
  override readonly name = 'SecretOutOfReachError';
  constructor(reference: PemReference) {
    super(
      `The configuration names the secret ${JSON.stringify(reference)}, which no deployed function can read: put it into ` +
        'Secrets Manager or the SSM Parameter Store, and name it as { secretsManager: ... } or { ssm: ... }',
    );
  }
}

/** A configuration that names a place which only one machine has, or which the stack decides on itself. */
export class NotDeployableError extends Error {
  override readonly name = 'NotDeployableError';
  /** @param key where the configuration says so, such as `results.directory`. */
  constructor(key: string, problem: string, advice: string) {
    super(`${key} ${problem}: ${advice}`);
  }
}
