import { assumedRole } from '../config/assumed-role.ts';
import {
  environmentKeys,
  environmentRegion,
  signedHeaders,
  type UnsignedRequest,
} from '../config/aws-signer.ts';
import type { SecretReader } from '../config/read-secret.ts';
import type { Configuration } from '../config/schema.ts';

/** Gives the headers of a request those that say who asks. */
export type Authorization = (request: UnsignedRequest) => Promise<Readonly<Record<string, string>>>;

type AuthSettings = Extract<Configuration['source'], { kind: 'prometheus' }>['auth'];

/**
 * How requests are authorised as the configuration says.
 *
 * @throws SecretUnavailableError when a password or token can't be read.
 * @throws RangeError when requests are to be signed and no region is known.
 */
export async function authorization(
  auth: AuthSettings,
  secrets: SecretReader,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Authorization> {
  switch (auth.kind) {
    case 'none':
      return async ({ headers }) => headers;
    case 'basic': {
      const password = await secrets.read(auth.password);
      return withHeader(`Basic ${Buffer.from(`${auth.username}:${password}`).toString('base64')}`);
    }
    case 'bearer':
      return withHeader(`Bearer ${await secrets.read(auth.token)}`);
    case 'sigv4': {
      const region = auth.region ?? environmentRegion(environment);
      const keys =
        auth.roleArn === undefined
          ? environmentKeys
          : assumedRole(auth.roleArn, region, environment, Date.now);
      const scope = { service: auth.service, region, keys };
      return (request) => signedHeaders(request, scope, new Date());
    }
  }
}

function withHeader(value: string): Authorization {
  return async ({ headers }) => ({ ...headers, authorization: value });
}
