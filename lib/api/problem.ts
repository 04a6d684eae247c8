import * as z from 'zod';

/** One thing that is wrong with a request. */
const requestFault = z
  .object({
    pointer: z
      .string()
      .optional()
      .meta({ description: 'Where in the body, as a JSON Pointer in a URI fragment (RFC 6901).' }),
    parameter: z
      .string()
      .optional()
      .meta({ description: 'The name of the parameter, when it is none of the body.' }),
    in: z.enum(['path', 'query', 'header']).optional().meta({ description: 'Where the parameter stands.' }),
    detail: z.string().meta({ description: 'What is wrong with it.' }),
    fix: z.string().meta({ description: 'How to mend it.' }),
  })
  .meta({ id: 'RequestFault' });

export type RequestFault = z.infer<typeof requestFault>;

/** Every answer that is no success. Source: RFC 9457, "Problem Details for HTTP APIs", section 3. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'The kind of problem: the same for all of a kind.' }),
    title: z.string().meta({ description: 'The kind in a few words.' }),
    status: z.int().min(400).max(599).meta({ description: 'The status of the answer once more.' }),
    detail: z.string().meta({ description: 'What was wrong this time, and how to mend it.' }),
    instance: z.string().meta({ description: 'This one answer: what to ask the log for.' }),
    errors: z.array(requestFault).optional().meta({ description: 'Each fault of the request by itself.' }),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** The kinds of problems, with the status of each. */
export const problemKinds = {
  'malformed-request': { status: 400, title: 'The request is malformed' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'The path has no such method' },
  conflict: { status: 409, title: 'It contradicts the present state' },
  'content-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is of a kind that is not understood' },
  'unprocessable-request': { status: 422, title: 'The request can not be carried out' },
  'internal-error': { status: 500, title: 'It failed for a reason of our own' },
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** What a problem says besides its kind. */
interface ProblemDetails {
  readonly errors?: readonly RequestFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ends a request with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly details: ProblemDetails;
  /** @param message what the one who asked is told. */
  constructor(kind: ProblemKind, message: string, details: ProblemDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.details = details;
  }
}

/** The body of the answer. @param requestId names this one request in the log. */
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
