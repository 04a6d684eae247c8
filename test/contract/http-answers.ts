import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What a server that misbehaves answers. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Takes the request and never answers, or never ends its body when there is one. */
  readonly hangs?: boolean;
  /** Takes the request and cuts the line without a word. */
  readonly isLost?: boolean;
  /** Promises more than it sends, then cuts the line. */
  readonly isCut?: boolean;
}

interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface AnsweringServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly AskedRequest[];
}

/** A server for faults that a real one can't be made to have; the last answer is given from then on. */
export async function answering(answers: readonly Answer[]): Promise<AnsweringServer> {
  const requests: AskedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
    const { method = '' } = request;
    requests.push({ method, path: request.url ?? '', headers: request.headers, body });
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? {};
    const { status = 200, headers = {}, body: said = '' } = answer;
    if (answer.isLost) response.destroy();
    if (answer.isLost || (answer.hangs && said === '')) return;
    if (answer.isCut || answer.hangs) {
      response.writeHead(status, { ...headers, 'content-length': String(said.length + 1000) });
      response.write(said, () => answer.isCut && response.destroy());
      return;
    }
    response.writeHead(status, headers).end(said);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
