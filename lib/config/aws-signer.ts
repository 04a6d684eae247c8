import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

/** Keys of an AWS identity. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/** A request to sign. */
export interface UnsignedRequest {
  /** POST when left out. */
  readonly method?: 'GET' | 'POST' | undefined;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a GET. */
  readonly body: string | Uint8Array;
}

/** The service, region and time that a signature is valid for. */
export interface SigningScope {
  /** The name that the service has in signatures: `aps`, `ssm`, `secretsmanager`, `sts`. */
  readonly service: string;
  readonly region: string;
  readonly keys: () => Promise<AwsKeys>;
}

/**
 * The headers of the request with its signature (AWS Signature Version 4, header form).
 *
 * Requests are signed here, and calls of SSM, Secrets Manager and STS are written by hand (aws-call.ts), to
 * keep bundles small: the SDK clients of SSM and Secrets Manager would add a third. The S3 client signs with
 * the same package.
 *
 * @param signingTime now; part of the signature. AWS refuses one that is five minutes off.
 */
export async function signedHeaders(
  { method = 'POST', url, headers, body }: UnsignedRequest,
  { service, region, keys }: SigningScope,
  signingTime: Date,
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = await keys();
  const signer = new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    sha256: Sha256,
  });
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      body,
    },
    { signingDate: signingTime },
  );
  return signed.headers;
}

/** The keys of this function, container or user, found as the SDK finds them and cached until they expire. */
export const environmentKeys: () => Promise<AwsKeys> = defaultProvider();

/**
 * The region of the environment.
 *
 * @throws RangeError when it is not set.
 */
export function environmentRegion(environment: Readonly<Record<string, string | undefined>>): string {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (region) return region;
  throw new RangeError('The AWS region is not set: set AWS_REGION, or the region in the configuration');
}
