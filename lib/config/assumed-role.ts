import { callAws } from './aws-call.ts';
import type { AwsKeys } from './aws-signer.ts';
import { AwsCallError } from './errors.ts';

/** Keys with less than this left are fetched again. */
const MARGIN_MILLISECONDS = 5 * 60_000;

/**
 * Keys of a role, assumed with the caller's own keys and cached until shortly before they expire. Source: AWS
 * Security Token Service API Reference, AssumeRole (query protocol).
 *
 * @param now Unix milliseconds.
 * @throws AwsCallError (the function returned) when the role cannot be assumed.
 */
export function assumedRole(
  roleArn: string,
  region: string,
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): () => Promise<AwsKeys> {
  let known: Promise<AwsKeys> | undefined;
  let expiresAt = 0;
  return () => {
    if (known !== undefined && now() < expiresAt - MARGIN_MILLISECONDS) return known;
    // Until the expiry is known, all callers wait for the same request.
    expiresAt = Infinity;
    known = assume(roleArn, region, environment);
    known.then(
      ({ expiration }) => {
        expiresAt = expiration?.getTime() ?? 0;
      },
      () => {
        known = undefined;
      },
    );
    return known;
  };
}

async function assume(
  roleArn: string,
  region: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<AwsKeys> {
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'tidemark',
  });
  const answer = await callAws(
    {
      service: 'sts',
      region,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(body),
    },
    environment,
  );
  return {
    accessKeyId: element(answer, 'AccessKeyId', roleArn),
    secretAccessKey: element(answer, 'SecretAccessKey', roleArn),
    sessionToken: element(answer, 'SessionToken', roleArn),
    expiration: new Date(element(answer, 'Expiration', roleArn)),
  };
}

/**
 * The text of an element of the STS response. Its few elements have no attributes and no characters that XML
 * escapes.
 */
function element(xml: string, name: string, roleArn: string): string {
  const text = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  if (text === undefined) throw new AwsCallError('sts', 200, `the response for ${roleArn} has no ${name}`);
  return text.trim();
}
