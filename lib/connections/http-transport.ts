import * as http from 'node:http';
import * as https from 'node:https';
import { createGunzip } from 'node:zlib';

/** TLS beyond the public certificate authorities; certificates and keys in PEM form. */
export interface TlsSettings {
  /** The authority that signed the server's certificate, instead of the public ones. */
  readonly ca?: string | undefined;
  /** The client's certificate and its key. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the server's certificate bears, when it is not that of the address. */
  readonly serverName?: string | undefined;
}

/** The settings as Node's own requests and agents name them. */
export function tlsOptions(tls: TlsSettings): https.AgentOptions {
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}

/** One GET; its headers are sent as they stand. */
export interface GetRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** One POST. */
export interface PostRequest extends GetRequest {
  readonly body: string | Uint8Array;
}

/** The request was given up before there was a connection: the server is away, or too busy to take one. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
}

/** What came back, before its body was read. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  header(name: string): string | undefined;
  /** The body, unpacked when it came as gzip. Reading it throws what the line or the signal threw. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Requests over connections that are kept for the next request. Node's own `fetch` knows neither client certificates nor
 * an authority of one's own. Redirects are answers like any other: credentials never follow one to another server.
 */
export class HttpTransport {
  readonly #plain = new http.Agent({ keepAlive: true });
  readonly #secure: https.Agent;

  constructor(tls: TlsSettings = {}) {
    this.#secure = new https.Agent({ keepAlive: true, ...tlsOptions(tls) });
  }

  /**
   * @throws NotConnectedError when the signal ended it before there was a connection.
   * @throws the error of the line, or the signal's reason, before an answer began.
   */
  post({ body, ...request }: PostRequest): Promise<HttpAnswer> {
    return this.#send('POST', request, body);
  }

  /** @throws as `post` does. */
  get(request: GetRequest): Promise<HttpAnswer> {
    return this.#send('GET', request);
  }

  #send(
    method: 'GET' | 'POST',
    { url, headers, signal }: GetRequest,
    body?: PostRequest['body'],
  ): Promise<HttpAnswer> {
    const isSecure = url.protocol === 'https:';
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = {
      method,
      agent: isSecure ? this.#secure : this.#plain,
      signal,
      headers: { ...headers, 'accept-encoding': 'gzip', ...length },
    };
    return new Promise((resolve, reject) => {
      const request = (isSecure ? https : http).request(url, options, (response) => {
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          header: (name) => [response.headers[name] ?? []].flat()[0],
          body: unpacked(response),
        });
      });
      let isConnected = false;
      request.on('socket', (socket) => {
        isConnected = !socket.connecting;
        if (isConnected) return;
        socket.once('connect', () => {
          isConnected = true;
        });
      });
      request.on('error', (error) => {
        const isGivenUp = signal.aborted && !isConnected;
        reject(isGivenUp ? new NotConnectedError('no connection', { cause: error }) : error);
      });
      request.end(body);
    });
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

function unpacked(response: http.IncomingMessage): AsyncIterable<Uint8Array> {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const gunzip = createGunzip();
  // `pipe` does not hand on the source's errors, and a reader that stops early must end the download too.
  response.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => response.destroy());
  return response.pipe(gunzip);
}
