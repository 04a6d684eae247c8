import type { HttpAnswer } from '../../../../lib/connections/http-transport.ts';
import type { HttpReply } from '../fault.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** A server that answers at once, and says so. @param clockSeconds its clock, Unix seconds. */
export function soundReply(clockSeconds: number): HttpReply {
  return {
    delayMilliseconds: 0,
    lost: undefined,
    status: 200,
    headers: { 'content-type': 'application/json', date: new Date(clockSeconds * 1000).toUTCString() },
    body: undefined,
  };
}

/**
 * Sends a reply as HTTP does, in the time that it takes.
 *
 * @param body what the server says where no fault says something else.
 * @throws the error of the line, or the signal's reason.
 */
export async function sendReply(
  reply: HttpReply,
  body: () => string,
  signal: AbortSignal,
  clock: VirtualClock,
): Promise<HttpAnswer> {
  signal.throwIfAborted();
  if (reply.lost === 'refused') throw new Error('connect ECONNREFUSED');
  if (reply.lost === 'hang') await untilAborted(signal);
  if (reply.delayMilliseconds > 0)
    await Promise.race([clock.sleep(reply.delayMilliseconds), untilAborted(signal)]);
  if (reply.lost === 'reset') throw new Error('read ECONNRESET');
  return {
    status: reply.status,
    statusText: '',
    header: (name) => reply.headers[name],
    body: inOneChunk(reply.body ?? body()),
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function* inOneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
