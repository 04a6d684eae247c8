import type { APIGatewayProxyEvent } from 'aws-lambda';
import { ProblemError } from './problem.ts';
import type { ApiRequest } from './route.ts';

/** Enough for the largest valid request, a list of metrics. */
export const MAXIMUM_BODY_BYTES = 64 * 1024;

/**
 * Reads a request and parses its body.
 *
 * @throws ProblemError for a body that is too large, not JSON, or malformed.
 */
export function readRequest(event: APIGatewayProxyEvent): ApiRequest {
  const headers = Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value ?? '']),
  );
  return {
    path: decoded(event.pathParameters ?? {}),
    query: present(event.queryStringParameters ?? {}),
    headers,
    // The requested path begins with the stage; the path of the route does not.
    root: event.requestContext?.path?.endsWith(event.path)
      ? event.requestContext.path.slice(0, -event.path.length)
      : '',
    body: bodyOf(event, headers['content-type']),
  };
}

function present(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']));
}

/** The router returns parts of the path undecoded; `proxy` is API Gateway's name for the whole path. */
function decoded(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { proxy: _whole, ...parts } = present(values);
  return Object.fromEntries(
    Object.entries(parts).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}

function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEvent, contentType: string | undefined): unknown {
  if (body === null || body === undefined || body === '') return undefined;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength > MAXIMUM_BODY_BYTES) {
    throw new ProblemError(
      'content-too-large',
      `The body has ${bytes.byteLength} bytes; at most ${MAXIMUM_BODY_BYTES} are allowed.`,
    );
  }
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(contentType ?? '')) {
    const found = contentType === undefined ? 'has no content type' : `is ${contentType.slice(0, 100)}`;
    throw new ProblemError('unsupported-media-type', `The body ${found}: send application/json.`);
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    const detail = `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    throw new ProblemError('malformed-request', `The body ${detail}.`, {
      errors: [{ pointer: '#', detail, fix: 'send one JSON object' }],
    });
  }
}
