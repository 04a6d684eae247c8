import { signedFetch } from './signed-fetch.ts';

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

/** The deployed API on the local cloud. */
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
    const body = request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { ...type, ...request.headers };
    const answer = await signedFetch(this.urlOf(path), { method, service: 'execute-api', headers, body });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type'), body: JSON.parse(text) };
  }
}
