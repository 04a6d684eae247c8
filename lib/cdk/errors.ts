import type { PemReference } from '../config/schema/secret.ts';

/** A secret that a deployed function cannot read: in the environment or a file of one machine. */
export class SecretOutOfReachError extends Error {
  override readonly name = 'SecretOutOfReachError';
  constructor(reference: PemReference) {
    super(
      `The configuration names the secret ${JSON.stringify(reference)}, which deployed functions cannot read: put it into ` +
        'Secrets Manager or the SSM Parameter Store, and name it as { secretsManager: ... } or { ssm: ... }',
    );
  }
}

/** A configuration that names a place on one machine only, or one that the stack decides on itself. */
export class NotDeployableError extends Error {
  override readonly name = 'NotDeployableError';
  /** @param key the key in the configuration, such as `results.directory`. */
  constructor(key: string, problem: string, advice: string) {
    super(`${key} ${problem}: ${advice}`);
  }
}
