import type { UnsignedRequest } from '../../config/aws-signer.ts';
import type { Authorization } from '../../connections/authorization.ts';
import type { HttpAnswer } from '../../connections/http-transport.ts';
import { retryAfterMilliseconds } from '../../connections/retry.ts';
import { SourceQueryError, SourceUnavailableError } from '../errors.ts';

/** Enough of an error page to report it. */
const EXCERPT_BYTES = 64_000;

/**
 * The headers of a request, with those that say who asks.
 *
 * @throws SourceUnavailableError when the credentials are unavailable: a role that may not be assumed, keys that are away.
 */
export async function authorized(
  unsigned: UnsignedRequest,
  authorization: Authorization,
): Promise<Readonly<Record<string, string>>> {
  try {
    return await authorization(unsigned);
  } catch (error) {
    throw new SourceUnavailableError(
      `A request to Prometheus at ${unsigned.url} could not be signed: ${reasonOf(error)}; check source.auth in the configuration`,
      { cause: error },
    );
  }
}

/** What a status other than success means, with advice. */
export function statusError(answer: HttpAnswer, url: URL, said: string): Error {
  const { status, statusText } = answer;
  const message = `Prometheus at ${url} answered ${status} ${statusText}${said ? `: ${said}` : ''}`;
  if (status >= 500 || status === 429 || status === 408) {
    // A date is by the server's clock, which may differ from this one.
    const now = Date.parse(answer.header('date') ?? '') || Date.now();
    const retryAfter = retryAfterMilliseconds(answer.header('retry-after'), now);
    return new SourceUnavailableError(message, { retryAfterMilliseconds: retryAfter });
  }
  return new SourceQueryError(message + adviceOnStatus(status, answer.header('location')));
}

function adviceOnStatus(status: number, location: string | undefined): string {
  if (status === 401 || status === 403) return '; check source.auth in the configuration';
  if (status >= 300 && status < 400)
    return `; redirects are not followed, set source.url to where it leads (${location ?? 'it does not say'})`;
  if (status === 404) return '; check source.url in the configuration, its path prefix too';
  return '';
}

/** The beginning of a body that is only reported. */
export async function excerptOf(answer: HttpAnswer): Promise<string> {
  return (await textOf(answer)).trim().slice(0, 200);
}

/** A body as text; of one that is too long for an error page the beginning. */
export async function textOf(answer: HttpAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > EXCERPT_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The message of an error with that of its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of several addresses that all refused, Node gives the reasons one by one.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
