import { createHash, createHmac } from 'node:crypto';

/** A request as its receiver sees it; header names in lower case. */
export interface ReceivedRequest {
  readonly method: string;
  /** With its query, as it stands in the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
/** AWS escapes all but A-Z, a-z, 0-9, -, ., _ and ~. */
const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The signature that a request should bear, computed from its own Authorization header's scope and signed headers.
 * Written from the specification alone and shares nothing with the signer under test.
 * Source: AWS General Reference, "Create a signed AWS API request" (Signature Version 4).
 */
export function expectedSignature(request: ReceivedRequest, secretAccessKey: string): string {
  const authorization = request.headers.authorization ?? '';
  const scope = /Credential=[^/]+\/([^,\s]+)/.exec(authorization)?.[1] ?? '';
  const signedHeaders = /SignedHeaders=([^,\s]+)/.exec(authorization)?.[1] ?? '';
  const [date = '', region = '', service = ''] = scope.split('/');
  const url = new URL(request.path, 'http://unused');
  const query = [...url.searchParams]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .toSorted()
    .join('&');
  const canonical = [
    request.method,
    // Every service but S3 wants each part of the path escaped twice.
    url.pathname.split('/').map(escaped).join('/'),
    query,
    ...signedHeaders
      .split(';')
      .map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'] ?? '', scope, sha256(canonical)].join(
    '\n',
  );
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), 'aws4_request');
  return hmac(key, toSign).toString('hex');
}

/** The signature that a request bears. */
export function givenSignature(request: ReceivedRequest): string | undefined {
  return /Signature=([0-9a-f]{64})/.exec(request.headers.authorization ?? '')?.[1];
}
