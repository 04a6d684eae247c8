import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What a request meets instead of a sound answer. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly type: string; readonly body: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** The real answer, cut in the middle. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** The real answer with its text changed, and the time at which the server says to be. */
  | {
      readonly kind: 'changed';
      readonly change: (body: string) => string;
      readonly clockSeconds?: number;
    };

/** A server in front of a real one that a test can make fail. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** How many requests met a fault. */
  faultCount: number;
  /** Asked for each request, with its body; undefined passes it on. */
  faultFor: (request: IncomingMessage, body: Buffer) => Fault | undefined;
}

/** @param target address of the real server. */
export async function faultProxy(target: string): Promise<FaultProxy> {
  const server = createServer((incoming, outgoing) => {
    const faultOf = (body: Buffer) => {
      const fault = proxy.faultFor(incoming, body);
      if (fault !== undefined) proxy.faultCount += 1;
      return fault;
    };
    // A client that went away is no event for a proxy.
    handle(target, incoming, outgoing, faultOf).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}`,
    faultCount: 0,
    faultFor: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

async function handle(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  faultOf: (body: Buffer) => Fault | undefined,
): Promise<void> {
  const body = Buffer.concat(await incoming.toArray());
  const fault = faultOf(body);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'answer') {
    outgoing.writeHead(fault.status, { 'content-type': fault.type }).end(fault.body);
    return;
  }
  if (fault?.kind === 'slow') await pause(fault.milliseconds);
  const answer = await forward(target, incoming, body, fault?.kind === 'cut' || fault?.kind === 'changed');
  const whole = Buffer.concat(await answer.toArray());
  const { 'transfer-encoding': _, 'content-length': _length, ...headers } = answer.headers;
  const status = answer.statusCode ?? 502;
  if (fault?.kind === 'cut') {
    outgoing.writeHead(status, { ...headers, 'content-length': String(whole.length) });
    outgoing.write(whole.subarray(0, whole.length >> 1), () => outgoing.destroy());
  } else if (fault?.kind === 'changed') {
    const date = fault.clockSeconds && { date: new Date(fault.clockSeconds * 1000).toUTCString() };
    outgoing.writeHead(status, { ...headers, ...date }).end(fault.change(whole.toString()));
  } else {
    outgoing.writeHead(status, headers).end(whole);
  }
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  isPlain: boolean,
): Promise<IncomingMessage> {
  const headers = { ...incoming.headers, ...(isPlain ? { 'accept-encoding': 'identity' } : {}) };
  delete headers['transfer-encoding'];
  const outgoing = request(new URL(incoming.url ?? '/', target), {
    method: incoming.method,
    headers: { ...headers, 'content-length': String(body.length) },
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}
