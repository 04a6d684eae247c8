import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

export interface ApiRequest {
  readonly body?: unknown;
  /** Instead of a body that is made of JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** The deployed API on the local cloud, asked as IAM wants it: each request signed. */
export class SignedApi {
  readonly #endpoint: string;
  readonly #apiId: string;

  constructor(endpoint: string, apiId: string) {
    this.#endpoint = endpoint;
    this.#apiId = apiId;
  }

  urlOf(path: string): URL {
    return new URL(`${this.#endpoint}/_aws/execute-api/${this.#apiId}/prod${path}`);
  }

  async ask(method: string, path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    const url = this.urlOf(path);
    const body = request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const signer = new SignatureV4({
      service: 'execute-api',
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      sha256: Sha256,
    });
    const { headers } = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      headers: { host: url.host, ...type, ...request.headers },
      ...(body === undefined ? {} : { body }),
    });
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type'), body: JSON.parse(text) };
  }
}
