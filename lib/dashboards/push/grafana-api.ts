import { GrafanaPushError } from './errors.ts';

/** How to reach one Grafana. */
export interface GrafanaConnection {
  /** Its address; a path below which it is served is kept. */
  readonly url: string;
  /** Of a service account; none for a Grafana that lets everybody in. */
  readonly token: string | undefined;
  readonly timeoutMilliseconds: number;
}

/** The HTTP API of one Grafana. */
export class GrafanaApi {
  readonly #connection: GrafanaConnection;

  constructor(connection: GrafanaConnection) {
    this.#connection = connection;
  }

  /** @returns undefined for what Grafana does not have. @throws GrafanaPushError */
  get(path: string): Promise<unknown> {
    return this.#send('GET', path, undefined);
  }

  /** @throws GrafanaPushError */
  async send(method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
    const answer = await this.#send(method, path, body);
    if (answer === undefined) throw this.#refusal(404, `${method} ${path}`, 'not found');
  }

  async #send(method: string, path: string, body: object | undefined): Promise<unknown> {
    const { url, token, timeoutMilliseconds } = this.#connection;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url.replace(/\/+$/, '')}/api/${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          // Else the rules can't be edited in Grafana.
          'x-disable-provenance': 'true',
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // A login page behind a redirect is no answer.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      text = await response.text();
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
      throw new GrafanaPushError(
        `Grafana at ${url} can't be reached: ${reason}; check that it runs and that the address is correct`,
        { cause: error },
      );
    }
    if (response.status === 404 && method === 'GET') return undefined;
    const answer = parsed(text);
    if (!response.ok || answer === undefined)
      throw this.#refusal(response.status, `${method} /api/${path}`, messageOf(answer));
    return answer;
  }

  #refusal(status: number, what: string, message: string): GrafanaPushError {
    return new GrafanaPushError(
      `Grafana at ${this.#connection.url} answered ${status} to ${what}${message === '' ? '' : `: ${message}`}${adviceFor(status)}`,
    );
  }
}

/** @returns undefined for what is not JSON, such as a login page. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('message' in answer)) return '';
  return String(answer.message);
}

function adviceFor(status: number): string {
  if (status === 401) return '; the token is wrong or has expired: check the secret in grafana.token';
  if (status === 403)
    return '; the service account may not do this: give it the role Editor, and in Grafana 11 and later the permission to write alert rules';
  if (status === 412) return '; somebody else has changed it at the same time: repeat the command';
  if (status >= 300 && status < 400) return '; it redirects: give its final address, with its path';
  return '';
}
