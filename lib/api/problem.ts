import * as z from 'zod';

/** One fault of a request. */
const requestFault = z
  .object({
    pointer: z
      .string()
      .optional()
      .meta({ description: 'Where in the body, as a JSON Pointer in a URI fragment (RFC 6901).' }),
    parameter: z
      .string()
      .optional()
      .meta({ description: 'The name of the parameter, for faults outside the body.' }),
    in: z
      .enum(['path', 'query', 'header'])
      .optional()
      .meta({ description: 'The part of the request that holds the parameter.' }),
    detail: z.string().meta({ description: 'What is wrong with it.' }),
    fix: z.string().meta({ description: 'How to fix it.' }),
  })
  .meta({ id: 'RequestFault' });

export type RequestFault = z.infer<typeof requestFault>;

/** Every error response. Source: RFC 9457, "Problem Details for HTTP APIs", section 3. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'The kind of problem, as a URN.' }),
    title: z.string().meta({ description: 'The kind in a few words.' }),
    status: z.int().min(400).max(599).meta({ description: 'The HTTP status.' }),
    detail: z.string().meta({ description: 'What was wrong, and how to fix it.' }),
    instance: z.string().meta({ description: 'The id of this response in the log.' }),
    errors: z.array(requestFault).optional().meta({ description: 'Each fault of the request.' }),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** The kinds of problems, with their status and title. */
export const problemKinds = {
  'malformed-request': { status: 400, title: 'Malformed request' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Conflict' },
  'content-too-large': { status: 413, title: 'Body too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'unprocessable-request': { status: 422, title: 'Unprocessable request' },
  'internal-error': { status: 500, title: 'Internal error' },
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** Details of a problem besides its kind. */
interface ProblemDetails {
  readonly errors?: readonly RequestFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ends a request with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly details: ProblemDetails;
  /** @param message shown to the caller. */
  constructor(kind: ProblemKind, message: string, details: ProblemDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.details = details;
  }
}

/** The body of the response. @param requestId identifies the request in the log. */
export function problemOf({ kind, message, details: { errors } }: ProblemError, requestId: string): Problem {
  const { status, title } = problemKinds[kind];
  return {
    type: `urn:tidemark:problem:${kind}`,
    title,
    status,
    detail: message,
    instance: `urn:tidemark:request:${requestId}`,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}
