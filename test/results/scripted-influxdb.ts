import {
  type CommunicationObserver,
  createTextDecoderCombiner,
  HttpError,
  type SendOptions,
  type Transport,
} from '@influxdata/influxdb-client';

/** What the server answers to one request: a status, or an error of the line. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly lost?: Error;
}

/** An InfluxDB with scripted answers, in the place of the client's HTTP; 204 once the answers are used up. */
export class ScriptedInfluxDb implements Transport {
  readonly chunkCombiner = createTextDecoderCombiner();
  /** The lines of each request, in order. */
  readonly requests: (readonly string[])[] = [];
  readonly paths: string[] = [];
  readonly #answers: ScriptedAnswer[];

  constructor(answers: readonly ScriptedAnswer[]) {
    this.#answers = [...answers];
  }

  send(
    path: string,
    requestBody: string,
    _options: SendOptions,
    callbacks: Partial<CommunicationObserver<Uint8Array>> = {},
  ): void {
    this.paths.push(path);
    this.requests.push(requestBody.split('\n'));
    const { status = 204, headers = {}, body = '', lost } = this.#answers.shift() ?? {};
    const error = lost ?? (status >= 300 ? refusal(status, headers, body) : undefined);
    if (error !== undefined) {
      callbacks.error?.(error);
      return;
    }
    callbacks.responseStarted?.({ ...headers }, status);
    callbacks.complete?.();
  }

  async request(path: string): Promise<unknown> {
    this.paths.push(path);
    const { status = 200, headers = {}, body = '{}', lost } = this.#answers.shift() ?? {};
    if (lost !== undefined) throw lost;
    if (status >= 300) throw refusal(status, headers, body);
    return JSON.parse(body);
  }

  iterate(): AsyncIterableIterator<Uint8Array> {
    throw new Error('Nothing is read here');
  }
}

/** As the client's own transport makes it of an answer. */
function refusal(status: number, headers: Readonly<Record<string, string>>, body: string): HttpError {
  const retryAfter = headers['retry-after'];
  return new HttpError(status, '', body, retryAfter, 'application/json', undefined, { ...headers });
}
