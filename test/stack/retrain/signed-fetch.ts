import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

export interface SignedRequest {
  readonly method: string;
  /** The name that the service has in signatures. */
  readonly service: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Asks the local cloud as IAM wants it: the request is signed. */
export async function signedFetch(url: URL, request: SignedRequest): Promise<Response> {
  const { method, service, body } = request;
  const signer = new SignatureV4({
    service,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    sha256: Sha256,
  });
  const content = body === undefined ? {} : { body };
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    headers: { host: url.host, ...request.headers },
    ...content,
  });
  return fetch(url, { method, headers, ...content });
}
